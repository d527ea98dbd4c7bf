-- What benchmarks/pages.py fills a database with; :n is the number of schools and of cases. Statements end with a blank line.

INSERT INTO themes (code, name, active)
VALUES ('maths','Maths',true),('reading','Reading',true)

INSERT INTO term_calendars (id, code)
VALUES (1, 'area\:838')

INSERT INTO half_terms (calendar_id, academic_year, number, starts_on, ends_on)
VALUES (1,'2025-26',1,'2025-09-03','2025-10-24'),(1,'2025-26',2,'2025-11-03','2025-12-19'),(1,'2025-26',3,'2026-01-05','2026-02-13'),(1,'2025-26',4,'2026-02-23','2026-03-27')

INSERT INTO meetings (academic_year,number,day,starts_at,minutes_long,place,state,sequence)
VALUES ('2025-26',3,'2026-02-10','16:00',120,'','planned',0)

INSERT INTO schools (urn,name,la_code,type_name,is_academy,status,phase,low_age,high_age,postcode,pupils)
SELECT 100000+g, 'School '||g||' Primary', 838, 'Community school', false, 'open', 'Primary', 4, 11, 'DT'||g%30||' '||g%9||'AB', 200
FROM generate_series(1, :n) AS g

INSERT INTO contacts (id,email,first_name,surname)
SELECT g, 'head'||g||'@school.example', 'Head', 'Number '||g
FROM generate_series(1, :n) AS g

INSERT INTO contacts (id,email,first_name,surname)
VALUES (9000001,'officer@council.example','Olive','Officer')

INSERT INTO contact_roles (contact_id,role,urn,starts_on)
SELECT g,'head',100000+g,'2020-09-01'
FROM generate_series(1, :n) AS g

INSERT INTO contact_roles (contact_id,role,starts_on)
VALUES (9000001,'officer','2020-09-01')

INSERT INTO providers (id,code,name,type,reach,capacity,day_rate_pence,valid_from)
SELECT p,'P'||p,'Provider '||p,'nle','local',500,60000,'2015-09-01'
FROM generate_series(1,40) AS p

INSERT INTO provider_themes (provider_id,theme)
SELECT p,'maths'
FROM generate_series(1,40) AS p

INSERT INTO fund_years (id,label,starts_on,ends_on,carried_in_pence,carried_out_pence,ring_spent_pence,grant_pence,contributions_pence,ring_fenced_pence,reserved_pence,committed_pence,spent_pence)
VALUES (1,'2025-26','2025-04-01','2026-03-31',0,0,0,CAST(:n AS bigint) * 600000,0,0,CAST(:n AS bigint) * 480000,0,0)

INSERT INTO commissions (id,reference,urn,theme,state,state_since,deadline_on,reason,cost_pence,officer_id,provider_id,identified_on,starts_on,ends_on)
SELECT g,'SIB-2025-'||lpad(g::text,5,'0'),100000+g,'maths',(ARRAY['identified','confirmed','offered','planning','active','active','active','evaluating'])[g % 8 + 1],'2025-10-01',date '2026-01-10' + (g % 90)::int,'Maths is low.',480000,9000001,1+g%40,'2025-09-10','2025-10-10','2026-07-10'
FROM generate_series(1, :n) AS g

INSERT INTO reservations (fund_year_id,commission_id,pence,state,reserved_on)
SELECT 1,g,480000,'held','2025-10-01'
FROM generate_series(1, :n) AS g

INSERT INTO rounds (id,academic_year,number,opened_on)
VALUES (1,'2025-26',3,'2026-01-08')

INSERT INTO impact_updates (round_id,commission_id,party,state,opened_on,due_on,closes_on,next_step_on,revision)
SELECT 1,g,p,'awaited','2026-01-08',date '2026-01-22' + (g % 20)::int,'2026-02-13','2026-02-09',0
FROM generate_series(1,:n) AS g CROSS JOIN (VALUES ('school'),('provider')) AS parties(p)

INSERT INTO officer_tasks (key,kind,commission_id,officer_id,raised_on,due_on,state,text)
SELECT 'bench:'||g,'phone',g,9000001,'2026-02-01','2026-02-02','open','Phone the school.'
FROM generate_series(1, :n) AS g

INSERT INTO events (chain,sequence,commission_id,kind,day,at,actor,reason,facts,previous_hash,hash)
SELECT 'commission:'||g,m,g,'moved','2025-10-01',now(),'system','Something happened.','{}','',md5(g||'-'||m)
FROM generate_series(1,:n) AS g CROSS JOIN generate_series(1,12) AS m

INSERT INTO messages (kind,template,contact_id,recipient,recipient_name,day,commission_id,reference,context,header_id,state,attempts,sent_at,created_at)
SELECT 'reply','impact-update-received',g,'head'||g||'@school.example','Head Number '||g,date '2025-09-01' + m,g,'SIB-2025-'||lpad(g::text,5,'0'),'{}','<'||g||'.'||m||'@bench>',CASE WHEN (g+m) % 500 = 0 THEN 'bounced' ELSE 'sent' END,1,CASE WHEN (g+m) % 500 = 0 THEN NULL ELSE now() END,now()
FROM generate_series(1, :n) AS g CROSS JOIN generate_series(1, 42) AS m
