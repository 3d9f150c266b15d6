"""Loads a folder of Waze files as the pack `waze` is meant to, and prints a digest of each of its nine tables.

Independent of Lode: written from the description of the data alone. Ids are left out; where a row refers to another one, what
identifies that one stands in for its id. A digest is the number of rows and the sum of the first 60 bits of their MD5.
"""
import gzip, hashlib, json, os, struct, sys
from decimal import Decimal

ROADS = """1 Streets|2 Primary Street|3 Freeways|4 Ramps|5 Trails|6 Primary|7 Secondary|8 4X4 Trails|14 4X4 Trails|9 Walkway
10 Pedestrian|11 Exit|12 ?|13 ?|15 Ferry crossing|16 Stairway|17 Private road|18 Railroads|19 Runway/Taxiway|20 Parking lot road
21 Service road""".replace("\n", "|").split("|")
TYPES = {
    "ACCIDENT": "ACCIDENT_MINOR ACCIDENT_MAJOR NO_SUBTYPE",
    "JAM": "JAM_MODERATE_TRAFFIC JAM_HEAVY_TRAFFIC JAM_STAND_STILL_TRAFFIC JAM_LIGHT_TRAFFIC NO_SUBTYPE",
    "WEATHERHAZARD/HAZARD": """HAZARD_ON_ROAD HAZARD_ON_SHOULDER HAZARD_WEATHER HAZARD_ON_ROAD_OBJECT HAZARD_ON_ROAD_POT_HOLE
        HAZARD_ON_ROAD_ROAD_KILL HAZARD_ON_SHOULDER_CAR_STOPPED HAZARD_ON_SHOULDER_ANIMALS HAZARD_ON_SHOULDER_MISSING_SIGN
        HAZARD_WEATHER_FOG HAZARD_WEATHER_HAIL HAZARD_WEATHER_HEAVY_RAIN HAZARD_WEATHER_HEAVY_SNOW HAZARD_WEATHER_FLOOD
        HAZARD_WEATHER_MONSOON HAZARD_WEATHER_TORNADO HAZARD_WEATHER_HEAT_WAVE HAZARD_WEATHER_HURRICANE
        HAZARD_WEATHER_FREEZING_RAIN HAZARD_ON_ROAD_LANE_CLOSED HAZARD_ON_ROAD_OIL HAZARD_ON_ROAD_ICE HAZARD_ON_ROAD_CONSTRUCTION
        HAZARD_ON_ROAD_CAR_STOPPED HAZARD_ON_ROAD_TRAFFIC_LIGHT_FAULT NO_SUBTYPE""",
    "MISC": "NO_SUBTYPE",
    "CONSTRUCTION": "NO_SUBTYPE",
    "ROAD_CLOSED": "ROAD_CLOSED_HAZARD ROAD_CLOSED_CONSTRUCTION ROAD_CLOSED_EVENT",
}
seen, digests, lookups = set(), {}, set()


class Reject(Exception):
    pass


def canonical(value, top=None):
    if isinstance(value, dict):
        return {k: canonical(v, k) for k, v in sorted(value.items())}
    if isinstance(value, list):
        items = [canonical(v) for v in value]
        # Records of the document are a set; every other array has an order.
        return sorted(items, key=lambda v: json.dumps(v, default=str)) if top in ("alerts", "jams", "irregularities") else items
    if isinstance(value, Decimal):
        return "#" + str(value.normalize())
    if isinstance(value, int) and not isinstance(value, bool):
        return "#" + str(Decimal(value).normalize())
    return value


def add(table, *values):
    text = "\x1f".join("-" if v is None else "=" + str(v) for v in values)
    count, total = digests.get(table, (0, 0))
    digests[table] = (count + 1, (total + int(hashlib.md5(text.encode()).hexdigest()[:15], 16)) % 2**60)


def text(record, *names):
    for name in names:
        value = record.get(name)
        if value is not None:
            if isinstance(value, (dict, list)):
                raise Reject(name)
            value = str(value) if not isinstance(value, bool) else str(value).lower()
            if "\0" in value:
                raise Reject(name)
            return value
    return None


def number(record, name, bits=32):
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, (dict, list, bool)):
        raise Reject(name)
    exact = Decimal(value)
    if exact != int(exact) or not -(2 ** (bits - 1)) <= exact < 2 ** (bits - 1):
        raise Reject(name)
    return int(exact)


def needed(value):
    if value is None:
        raise Reject("missing")
    return value


def real(record, name, form=">f"):
    value = record.get(name)
    return None if value is None else struct.pack(form, float(value)).hex()


def boolean(record, name):
    value = record.get(name)
    return None if value is None else str(value).lower()


def jsonb(value):
    if value is None:
        return None
    if isinstance(value, dict):
        keys = sorted(value, key=lambda k: (len(k.encode()), k.encode()))
        return "{" + ", ".join(json.dumps(k, ensure_ascii=False) + ": " + jsonb(value[k]) for k in keys) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(jsonb(v) for v in value) + "]"
    return str(value)


def weekday(millis):
    return (millis // 86400000 + 4) % 7


def points(line, parent, kind, rows):
    for order, point in enumerate(line if isinstance(line, list) else [line], 1):
        x, y = point.get("x"), point.get("y")
        if x is None or y is None or not -90 <= float(y) <= 90 or not -180 <= float(x) <= 180:
            raise Reject("point")
        rows.append(("coordinates", real(point, "y", ">d"), real(point, "x", ">d"), order, kind, *parent))


def direction(line, axis, less, more):
    if not line:
        return None
    first, last = float(line[0][axis]), float(line[-1][axis])
    return less if last < first else more if last > first else None


def alert(a, file):
    rows, uuid, pub = [], needed(text(a, "uuid")), needed(number(a, "pubMillis", 64))
    kind, sub = text(a, "type"), text(a, "subtype")
    label = "WEATHERHAZARD/HAZARD" if kind in ("WEATHERHAZARD", "HAZARD") else kind
    key = None if kind is None else label + "|" + (sub or "NO_SUBTYPE")
    rows.append(("alerts", uuid, pub, pub, number(a, "roadType"), jsonb(a.get("location")), text(a, "street"), text(a, "city"),
                 text(a, "country"), number(a, "magvar"), number(a, "reliability"), text(a, "reportDescription"),
                 number(a, "reportRating"), number(a, "confidence"), "WEATHERHAZARD" if kind == "HAZARD" else kind, sub,
                 boolean(a, "reportByMunicipalityUser"), number(a, "nThumbsUp"), text(a, "jamUuid"), file, key, weekday(pub)))
    if a.get("location") is not None:
        points(a["location"], ("alert", uuid, pub, file), 3, rows)
    return rows, key


SIZES = {"SMALL": "Small", "MEDIUM": "Medium", "LARGE": "Large"}


def jam(j, file):
    rows, uuid, pub = [], needed(text(j, "uuid")), needed(number(j, "pubMillis", 64))
    line, kind = j.get("line"), text(j, "type")
    if line:
        points(line, ("jam", uuid, pub, file), 1, rows)
    if j.get("turnLine"):
        points(j["turnLine"], ("jam", uuid, pub, file), 2, rows)
    rows.append(("jams", uuid, pub, pub, text(j, "startNode"), text(j, "endNode"), number(j, "roadType"), text(j, "street"),
                 text(j, "city"), text(j, "country"), number(j, "delay"), real(j, "speed"), real(j, "speedKMH"), number(j, "length"),
                 text(j, "turnType"), number(j, "level"), text(j, "blockingAlertUuid"), jsonb(line), SIZES.get(kind, kind),
                 jsonb(j.get("turnLine")), file, direction(line, "y", "S", "N"), direction(line, "x", "W", "E"), weekday(pub)))
    return rows, None


def irregularity(i, file):
    rows, uuid = [], needed(text(i, "uuid", "id"))
    detected, updated = needed(number(i, "detectionDateMillis", 64)), needed(number(i, "updateDateMillis", 64))
    line, kind = i.get("line"), text(i, "type")
    if line:
        points(line, ("irregularity", uuid, detected, file), 1, rows)
    rows.append(("irregularities", uuid, detected, text(i, "detectionDate"), detected, updated, text(i, "updateDate"), updated,
                 text(i, "street"), text(i, "city"), text(i, "country"), boolean(i, "highway"), real(i, "speed"),
                 real(i, "regularSpeed"), number(i, "delaySeconds"), number(i, "seconds"), number(i, "length"), number(i, "trend"),
                 SIZES.get(kind, kind), real(i, "severity"), number(i, "jamLevel"), number(i, "driversCount"),
                 number(i, "alertsCount"), number(i, "nThumbsUp"), number(i, "nComments"), number(i, "nImages"), jsonb(line),
                 text(i, "causeType"), text(i, "startNode"), text(i, "endNode"), file))
    return rows, None


def load(name, stored):
    data = gzip.decompress(stored) if stored[:2] == b"\x1f\x8b" else stored
    try:
        document = json.loads(data.decode("utf-8-sig"), parse_float=Decimal)
        start, end = int(document["startTimeMillis"]), int(document["endTimeMillis"])
    except (ValueError, KeyError, TypeError):
        return "failed"
    if end < start:
        return "failed"
    mark = json.dumps(canonical(document), default=str)
    if mark in seen:
        return "duplicate"
    seen.add(mark)
    add("data_files", start, end, start, end, name)
    rejects = 0
    for key, make in (("alerts", alert), ("jams", jam), ("irregularities", irregularity)):
        for record in document.get(key) or []:
            try:
                rows, lookup = make(record, name)
            except Reject:
                rejects += 1
                continue
            for row in rows:
                add(*row)
            if lookup:
                lookups.add(lookup)
    return rejects


total = {"failed": 0, "duplicate": 0, "rejects": 0}
for name in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], name), "rb") as f:
        outcome = load(name, f.read())
    if isinstance(outcome, str):
        total[outcome] += 1
    else:
        total["rejects"] += outcome
add("application_version", "3.0")
for number, name in enumerate(("Line", "Turn Line", "Location"), 1):
    add("coordinate_type", number, name)
for road in ROADS:
    add("roads", *road.split(" ", 1))
for kind in lookups | {k + "|" + sub for k, subs in TYPES.items() for sub in subs.split()}:
    add("alert_types", *kind.split("|"))
for table in sorted(digests):
    print(table, *digests.get(table, (0, 0)))
for word, count in total.items():
    print(word, count)
