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
SELECT 100000+g, 'School '||g||' Primary', CASE WHEN g % 40 = 0 THEN 838 ELSE 200 + g % 152 END, 'Community school', false, 'open', 'Primary', 4, 11, 'DT'||g%30||' '||g%9||'AB', 200
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

INSERT INTO published_results (urn,measure,year,cohort,value)
SELECT 100000+g, m, y, 20 + g % 60, 40 + (g * 7 + length(m)) % 50
FROM generate_series(1, :n) AS g
CROSS JOIN (VALUES ('ks2_mat_exp'),('ks2_read_exp'),('ks2_writ_exp'),('ks2_rwm_exp'),('ks2_gps_exp'),('ks2_mat_high'),('ks2_read_high'),('pa')) AS measures(m)
CROSS JOIN (VALUES ('2022-23'),('2023-24'),('2024-25')) AS years(y)

INSERT INTO reference_results (area,measure,year,value)
SELECT 'england', m, y, 65
FROM (VALUES ('ks2_mat_exp'),('ks2_read_exp')) AS measures(m)
CROSS JOIN (VALUES ('2022-23'),('2023-24'),('2024-25')) AS years(y)

INSERT INTO identification_runs (id,la_code,as_of,digest,run_at,schools,findings)
SELECT la, la, '2025-12-16', 'bench', now(), 160, 60
FROM (SELECT DISTINCT la_code FROM schools) AS areas(la)

INSERT INTO priorities (run_id,scope,source,la_code,urn,theme,rank,score,level,is_concern,sentence,evidence,recorded_on)
SELECT la_code, 'school', 'analysis', la_code, urn, t, urn - 100000, 3.5, (ARRAY['99.8','95','watch'])[urn % 3 + 1], urn % 9 = 0,
 'Of 60 pupils in three years 25 reached the expected standard; 39 would be usual.',
 jsonb_build_array(jsonb_build_object('measure','ks2_mat_exp','beside',jsonb_build_array('Falling for three years.','Lower than nine of ten similar schools.'))),
 '2025-12-16'
FROM schools
CROSS JOIN (VALUES ('maths'),('reading')) AS themes(t)
