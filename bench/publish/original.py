"""The way of the export that publishing is compared with: every item to a JSON file of its own, a gzipped tar of those of each court, a
tar of these archives for all. Usage: original.py FOLDER TYPE..., with psql on the path and PG* set."""
import json
import os
import subprocess
import sys
import tarfile

COLUMNS = ["id", "court_id", "case_name", "date_filed", "source", "docket_number", "date_modified", "blocked", "body"]


def rows(table):
    """Rows by COPY in text form, the quickest way out of the server that every Python has."""
    query = "COPY (SELECT row_to_json(t)::text FROM %s t) TO STDOUT" % table
    with subprocess.Popen(["psql", "-qXAt", "-c", query], stdout=subprocess.PIPE, encoding="utf-8") as psql:
        for line in psql.stdout:
            yield json.loads(line.rstrip("\n").replace("\\\\", "\\"))
    assert psql.returncode == 0


def courts():
    out = subprocess.run(["psql", "-qXAt", "-c", "SELECT id FROM court ORDER BY id"], check=True, capture_output=True, text=True)
    return out.stdout.split()


def main(folder, tables):
    for table in tables:
        work = os.path.join(folder, "tmp", table)
        done = os.path.join(folder, table)
        os.makedirs(done)
        for court in courts():
            os.makedirs(os.path.join(work, court))
        for row in rows(table):
            court = row.pop("court_id")
            row["court"] = "https://example.org/api/rest/v3/courts/%s/" % court
            with open(os.path.join(work, court, "%d.json" % row["id"]), "w") as file:
                file.write(json.dumps(row, indent=2, ensure_ascii=False))
        for court in courts():
            with tarfile.open(os.path.join(done, court + ".tar.gz"), "w:gz", compresslevel=6) as archive:
                for name in os.listdir(os.path.join(work, court)):
                    archive.add(os.path.join(work, court, name), arcname=name)
        with tarfile.open(os.path.join(done, "all.tar"), "w") as archive:
            for court in courts():
                archive.add(os.path.join(done, court + ".tar.gz"), arcname=court + ".tar.gz")


main(sys.argv[1], sys.argv[2:])
