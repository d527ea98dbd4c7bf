"""Small files in the publishers' layouts, invented, one of each kind."""

from io import BytesIO

from openpyxl import Workbook

KS2_HEADINGS = (
    "RECTYPE,ALPHAIND,LEA,ESTAB,URN,SCHNAME,TOTPUPS,TELIG,TFSM6CLA1A,TNotFSM6CLA1A,PTRWM_EXP,PTRWM_HIGH,READPROG,"
    "READPROG_LOWER,READPROG_UPPER,PTREAD_EXP,READ_AVERAGE,PTGPS_EXP,GPS_AVERAGE,PTMAT_EXP,MAT_AVERAGE,PTWRITTA_EXP,"
    "PTRWM_EXP_FSM6CLA1A,PTRWM_EXP_NotFSM6CLA1A,DIFFN_RWM_EXP,PTRWM_EXP_17"
)
KS2_ROW = "1,1,850,2001,{urn},A School,200,30,12,18,63%,10%,-0.5,-2.0,1.0,70%,104,72%,105,68%,103,75%,42%,78%,-28,60%"
KS2 = "\r\n".join(
    (
        KS2_HEADINGS,
        KS2_ROW.format(urn=100001),
        "1,2,850,2002,100002,B School,60,4" + ",SUPP" * 17,
        "3,,850,,,Somewhere,,900,300,600,60%,8%,0.1,0.0,0.2,70%,104,72%,105,68%,103,75%,42%,78%,-28,60%",
        "4, , , , , , ,600000, , ,64%,10%, , , ,75%,105,78%,106,75%,104,78%,51%,70%, ,61%",
        "5, , , , , , ,590000, , ,65%,10%, , , ,75%,105,78%,106,75%,104,78%,51%,70%,0,61%",
    )
)
KS4 = (
    "RECTYPE,LEA,ESTAB,URN,SCHNAME,TPUP,ATT8SCR,P8PUP,P8MEA,P8CILOW,P8CIUPP,PTL2BASICS_94,PTL2BASICS_95,EBACCAPS\n"
    "1,850,4001,100101,C School,120,46.1,110,0.1,-0.12,0.32,66%,41%,4.02\n"
    "2,850,7001,100102,D School,8,NE,NE,NE,NE,NE,NE,NE,NE\n"
    "4,850,,,,1200,45,1100,-0.02,-0.1,0.06,60%,40%,4\n"
    "5,,,,,500000,44.5,,,,,59%,39%,3.8\n"
    "7,,,,,480000,46.5,450000,-0.03,,,64%,43%,4\n"
)
ABSENCE = "LA,ESTAB,URN,PERCTOT,PPERSABS10\n850,2001,100001,4.2,SUPP\nNAT,PRI,,4,8.2\n"
CENSUS = (
    "URN,LA,Estab,SCHOOLTYPE,NOR,PSENELSE,PSENELK,PNUMEAL,NORFSMEVER,PNUMFSMEVER\n"
    "100001,850,2001,State-funded primary,215,4.65%,28.84%,31.60%,191,5.76%\n"
    "NAT,,SEC,State-funded secondary,3671427,3.09%,13.4%,19.2%,3233095,28.9%\n"
)
SCHOOLS = (
    '"URN","LA (code)","EstablishmentNumber","EstablishmentName","TypeOfEstablishment (name)",'
    '"EstablishmentStatus (name)","OpenDate","CloseDate","PhaseOfEducation (name)","Postcode","Linked establishments"\n'
    '100001,"850","2001","St Mary’s","Community school","Open","","","Primary","so20 6pn","Does not have links"\n'
    '100002,"850","2002","The Academy","Academy converter","Open, but proposed to close","01-09-2012","","Secondary",'
    '"SO20 6PN","100090 Predecessor","100091 Successor"\n'
)
GROUPS = (
    '"Group UID","Group ID","Group Name","Group Type","Group Status","Open date","Closed Date"\n'
    '"2128","TR02316","A TRUST","Multi-academy trust","Open","06/03/2012",""\n'
    '"80349","","A Centre","Children\'s Centres Group","Open","01/01/1902",""\n'
)
GROUP_LINKS = (
    "URN,Linked UID,Group Name,Companies House Number,Group Type,Joined date\n"
    "100002,2128,A TRUST,7034121.0,Multi-academy trust,01-09-2012\n"
)
LINKS = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\n100002,100090,Old,Predecessor,01-09-2012\n"
OFSTED_CARDS = (
    "URN,Inspection start date,Safeguarding standards,Inclusion,Achievement,Latest OEIF overall effectiveness,"
    "Inspection start date of latest OEIF graded inspection,Latest OEIF quality of education,"
    "Ungraded inspection overall outcome,Date of latest ungraded inspection\n"
    "100001,12/01/2026,Met,Strong standard,Expected standard,2,14/05/2019,9,School remains Good,03/03/2023\n"
    "100002,NULL,NULL,NULL,NULL,Not judged,14/10/2024,2,NULL,NULL\n"
    "100003,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL\n"
)
CLUSTERS = (
    "cluster_code,cluster_name,alliance_code,alliance_name,family_partnership_zone,urn,from,to\n"
    "PUR,Purbeck,SOUTH,South,Zone 1,100001,2025-09-01,\n"
    "PUR,Purbeck,SOUTH,South,Zone 1,100002,2025-09-01,2026-08-31\n"
    "SWA,Swanage,SOUTH,South,,100002,2026-09-01,\n"
)
PROVIDERS = (
    "provider_code,provider_name,provider_type,urn,trust_uid,reach,themes,key_stages,capacity,day_rate_pounds,postcode,"
    "easting,northing,linked_clusters,conflicts,from,to\n"
    "TSA-1,Coast TSA,tsa,100001,,local,reading;maths;reading,ks2;KS4,3,450.50,bh20 7lp,400000,90000,PUR;SWA,100002,"
    "2016-09-01,2021-08-31\n"
    "MAT-1,A Trust,mat,,2128,regional,leadership,,2,600,,,,,,2021-09-01,\n"
)
CONTACTS = (
    "email,title,first_name,surname,phone,role,urn,provider_code,from,to,substitute_email\n"
    "Head@School.example.org,Dr,Zoë,O’Neill,01305 1,head,100001,,2025-09-01,,deputy@school.example.org\n"
    "lead@tsa.example.org,,Ann,Lee,,provider-lead,,TSA-1,2025-09-01,,\n"
    "officer@council.example.org,,Bo,Day,,officer,,,2025-09-01,,\n"
)
BOARD = (
    "group_code,group_name,email,title,first_name,surname,kind,substitute_for_email,key_stages,from,to\n"
    ",,chair@board.example.org,,Cy,Fox,chair,,,2025-09-01,\n"
    "PRI,Primary heads,head@school.example.org,Dr,Zoë,O’Neill,member,,KS1;KS2,2025-09-01,\n"
    "PRI,Primary heads,other@school.example.org,,Di,Gee,substitute,head@school.example.org,,2025-09-01,\n"
)
CALENDAR = (
    "academic_year,term,event,start,end,applies_to\n"
    "2025-2026,Autumn,term_starts,2025-09-03,,\n"
    "2025-2026,Autumn,half_term,2025-10-27,2025-10-31,\n"
    "2025-2026,Autumn,term_ends,2025-12-19,,\n"
    "2025-2026,Autumn,inset,2025-09-01,2025-09-02,\n"
)
EVENTS = (
    "SUMMARY:Spring term starts\r\nDTSTART;VALUE=DATE:20260105",
    "SUMMARY:Half term\r\nDTSTART;VALUE=DATE:20260216\r\nDTEND;VALUE=DATE:20260221",
    "SUMMARY:End of term\r\nDTSTART;VALUE=DATE:20260327",
    "SUMMARY:INSET day\r\nDTSTART;VALUE=DATE:20260601\r\nX-APPLIES-TO:school:100001",
    "SUMMARY:Summer fair\r\nDTSTART:20260601T090000Z",
)
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n"
    + "".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT\r\n" for n, event in enumerate(EVENTS))
    + "END:VCALENDAR\r\n"
)
BANK_HOLIDAYS = (
    '{"england-and-wales": {"division": "england-and-wales", '
    '"events": [{"title": "Good Friday", "date": "2026-04-03"}]}, "scotland": {"division": "scotland", "events": []}}'
)


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    """An .xlsx file of these sheets and rows."""
    book = Workbook()
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    out = BytesIO()
    book.save(out)
    return out.getvalue()


INFORMATION_HEADINGS: list[object] = [
    *("URN", "LA", "ESTAB", "SCHNAME", "POSTCODE", "SCHSTATUS", "OPENDATE", "CLOSEDATE", "SCHOOLTYPE"),
    *("ISPRIMARY", "ISSECONDARY", "AGELOW", "AGEHIGH", "OFSTEDRATING", "OFSTEDLASTINSP"),
]
FIRST: list[object] = [
    *(100001, 838, 2001, "First", "BH20 7DB", "Closed", None, "30-11-2018", "Community school"),
    *(1, 0, 4, 9, "Special Measures", "06-04-2017"),
]
MIDDLE: list[object] = [
    *(100002, 838, 4002, "Middle", None, "Open", None, None, "Academy converter"),
    *(1, 1, 9, 13, None, None),
]
SCHOOL_INFORMATION = workbook(("england", [INFORMATION_HEADINGS, FIRST, MIDDLE]))

TEXT_SAMPLES: dict[str, tuple[str, str]] = {
    "ks2": ("2017-2018/ks2.csv", KS2),
    "ks4": ("2017-2018/ks4.csv", KS4),
    "absence": ("2017-2018/abs.csv", ABSENCE),
    "census": ("2024-2025/census.csv", CENSUS),
    "schools": ("schools.csv", SCHOOLS),
    "groups": ("groups.csv", GROUPS),
    "links": ("links.csv", LINKS),
    "ofsted": ("ofsted.csv", OFSTED_CARDS),
    "clusters": ("clusters.csv", CLUSTERS),
    "providers": ("providers.csv", PROVIDERS),
    "contacts": ("contacts.csv", CONTACTS),
    "board": ("board.csv", BOARD),
    "calendar": ("calendar.csv", CALENDAR),
    "bank-holidays": ("bank-holidays.json", BANK_HOLIDAYS),
}
