"""Invented names of places, schools and people; with the apostrophes and accents that real ones have."""

PLACES = (
    "Alderwick", "Ashmere", "Barrowdene", "Blackmore", "Bourneford", "Brackenhurst", "Cerneford", "Chalkbury",
    "Coombe Vale", "Cranmoor", "Durnhay", "Fernleigh", "Frampwell", "Gorsecombe", "Hazelstoke", "Kingsmarsh",
    "Langholme", "Lulcombe", "Marshwood", "Melbury", "Netherhay", "Oakhanger", "Piddlestone", "Purbeck Cross",
    "Quarrendon", "Rushmoor", "Shaftbridge", "Stourhead", "Swanmere", "Tarrant", "Underhill", "Wareborne",
    "Westcombe", "Winterford", "Wimbrook", "Yetford",
)  # fmt: skip
SAINTS = ("St Wite’s", "St Aldhelm’s", "St Brigid’s", "St Cédric’s", "St Osmund’s", "St Mary & St Giles")
FIRST_NAMES = (
    "Priya", "Daniel", "Aoife", "Tomasz", "Grace", "Idris", "Zoë", "Callum", "Mei", "Oluwaseun", "Hannah", "Rhys",
    "Fatima", "George", "Ines", "Jakub", "Leila", "Marcus", "Nadia", "Owen", "Ruth", "Samir", "Tess", "Victor",
)  # fmt: skip
SURNAMES = (
    "Shah", "O’Brien", "Hallett", "Dean", "Nowak", "Okafor", "Pryce", "Fernández", "Lee", "Khan", "Whitcombe", "Adair",
    "Bello", "Carew", "Douglas", "Eliot", "Frost", "Greaves", "Hussain", "Ivens", "Jolliffe", "Kerr", "Lush", "Mbeki",
    "Norris", "Peverell",
)  # fmt: skip


def place(number: int) -> str:
    """The `number`-th place; after the list has been used up, with a compass point and then a number."""
    turn, at = divmod(number, len(PLACES))
    if turn == 0:
        return PLACES[at]
    points = ("North", "South", "East", "West", "Upper", "Nether", "Great", "Little")
    if turn <= len(points):
        return f"{points[turn - 1]} {PLACES[at]}"
    return f"{PLACES[at]} {turn}"


def person(number: int) -> tuple[str, str]:
    """First name and surname of the `number`-th person; pairs repeat only after 624 people."""
    return FIRST_NAMES[number % len(FIRST_NAMES)], SURNAMES[(number * 7 + number // len(FIRST_NAMES) * 5) % len(SURNAMES)]
