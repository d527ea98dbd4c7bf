"""Invented names: places, saints and people. Nobody and nowhere real is meant."""

import unicodedata

import numpy as np

COUNTY = "Dorsetshire"
_BEGIN = (
    "Abbot", "Alder", "Bar", "Beamin", "Bland", "Brack", "Briant", "Burl", "Cattis", "Cern", "Char", "Chesel", "Cor",
    "Cran", "Dews", "Eglan", "Elm", "Evers", "Fern", "Fonth", "Gilling", "Godman", "Hazel", "Holt", "Ibber", "Ivor",
    "Kimmer", "Lang", "Lytch", "Maple", "Mel", "Milbor", "Nether", "Oake", "Ower", "Pid", "Pur", "Ram", "Ridge",
    "Sandle", "Shafts", "Stal", "Stour", "Sturm", "Thorn", "Tincle", "Upl", "Wey", "Wim", "Yet",
)  # fmt: skip
_END = (
    "bourne", "bridge", "bury", "combe", "cross", "den", "field", "ford", "ham", "hurst", "leigh", "mead", "minster",
    "moor", "ston", "stoke", "ton", "wick", "wood", "worth",
)  # fmt: skip
_AFTER = ("", " Magna", " Parva", " Abbas", " Regis", " St Osmund", " Newland", " Matravers")
SAINTS = (
    "St Aldhelm’s", "St Osmund’s", "St Wite’s", "St Cuthburga’s", "St Edwold’s", "St Juthware’s",
    "St Mary & St Walburga’s",
    "St Rémy’s", "Ste Thérèse’s", "St Brannoc’s", "All Saints’", "Holy Rood", "St Peter & St Paul’s", "St Zoë’s",
)  # fmt: skip
CATHOLIC = ("St Rémy’s", "Ste Thérèse’s", "St Zoë’s", "St Peter & St Paul’s")
LANDMARKS = (
    "Castle", "Coppice", "Down", "Ferry", "Gate", "Harbour", "Heath", "Hill", "Manor", "Market", "Meadow", "Mill",
    "Orchard", "Park", "Priory", "Quay", "Ridgeway", "River", "Valley", "Well",
)  # fmt: skip
TRUSTS = (
    "Coastline & Heath", "Ackling Dyke", "Five Valleys", "Chalk & Vale", "Harbour Lights", "Saxon Way", "Blue Lias",
    "Hardye’s Oak", "Greensand", "Fossil Bay", "Beacon & Barrow", "Purbeck Stone", "Éclaire", "Winterbourne",
)  # fmt: skip
FIRST = (
    "Aisha", "Alistair", "Anneliese", "Bartholomew", "Bronwen", "Chloë", "Ciarán", "Delphine", "Edmund", "Esmé",
    "Farida", "Gareth", "Harriet", "Imogen", "Jerzy", "Joanna", "Kofi", "Leila", "Marguerite", "Maurice", "Nadia",
    "Oluwaseun", "Oswin", "Priya", "Quentin", "Renée", "Rosalind", "Seán", "Siân", "Tamsin", "Thaddeus", "Ursula",
    "Vikram", "Winifred", "Yasmin", "Zoë",
)  # fmt: skip
SURNAMES = (
    "Ashplant", "Barrowclough", "Bastable", "Böhm", "Brine", "Chaffey", "Cobb", "D’Arcy", "Deverell", "Drax", "Dunford",
    "Fooks", "Fudge", "Galpin", "Guppy", "Habgood", "Hansford", "Iqbal", "Jesty", "Kellaway", "Legg", "Lévesque",
    "Loveless", "Meech", "Mwangi", "Nesbitt-Roe", "O’Dwyer", "Okonjo", "Paull", "Puckett", "Quayle",
    "Ridout", "Samways",
    "Sørby", "Squibb", "Stickland", "Symes", "Toogood", "Trevett", "Upshall", "Vacher", "Wakely", "Whetham", "Yeatman",
    "Zhu",
)  # fmt: skip
TITLES = ("Ms", "Mr", "Mrs", "Dr", "Miss")


def place_names(rng: np.random.Generator, count: int) -> list[str]:
    """`count` different names of places, in no order; each is followed by a number when they run out."""
    pairs = [begin + end for end in _END for begin in _BEGIN]
    order = rng.permutation(len(pairs))
    names = [pairs[place] + after for after in _AFTER for place in order]
    laps = range(1 + count // len(names))
    return [name if lap == 0 else f"{name} {lap + 1}" for lap in laps for name in names][:count]


def slug(text: str) -> str:
    """The text in lower-case ASCII, words joined by dashes: for addresses."""
    plain = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("&", "and"))
    kept = "".join(ch if ch.isascii() and ch.isalnum() else " " if ch in " -" else "" for ch in plain.lower())
    return "-".join(kept.split())
