package dev.lode.format.json;

import dev.lode.core.ContentHasher;
import dev.lode.core.pack.PackReader;
import dev.lode.format.csv.TargetColumn;
import dev.lode.format.csv.TargetColumn.Kind;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A small mapping of people for tests, and documents encoded by it.
final class Mappings {
    static final String PEOPLE =
            """
            dataset: people
            documents:
              order: taken
              limits: { document: 1MiB, depth: 12, text: 100, records: 50, rejects: 5, drift: 3 }
              ignore: [note]
              file:
                table: file
                columns: { id: $file.id, name: $file.name, hash: $file.hash, taken: { from: taken, as: utc-millis } }
              lookups:
                city: { key: [name] }
              records:
                people:
                  table: person
                  ignore: [photo]
                  columns:
                    id: $id
                    file_id: $file.id
                    name: name
                    family: [family, surname]
                    age: { from: age, min: 0, max: 150 }
                    size: size
                    alive: { from: alive, absent: "true" }
                    day: { from: born, as: weekday }
                    city: { lookup: city, key: { name: { from: city, map: { Wien: Vienna } } } }
                    moved: { compare: ["homes[0].lat", "homes[-1].lat"], less: S, more: N }
                    raw: { from: extra, as: json }
                  children:
                    homes:
                      table: home
                      columns: { id: $id, person_id: $parent.id, place: $position, lat: lat, owner: [../family, ../surname] }
                      children:
                        phones:
                          table: phone
                          columns: { id: $id, home_id: $parent.id, place: $position, number: . }
            """;

    private Mappings() {}

    static DocumentMapping people() {
        return DocumentMapping.compile(
                "people",
                PackReader.parse(Path.of("people"), PEOPLE).documents().orElseThrow(),
                tables());
    }

    static List<DocumentTable> tables() {
        return List.of(
                table("file", "id:INT4!", "name:TEXT!", "hash:TEXT!", "taken:TIMESTAMP!"),
                table(
                        "person",
                        "id:TEXT!",
                        "file_id:INT8!",
                        "name:TEXT!",
                        "family:TEXT:10",
                        "age:INT2",
                        "size:FLOAT4",
                        "alive:BOOLEAN",
                        "day:INT4",
                        "city:INT4",
                        "moved:TEXT",
                        "raw:JSONB"),
                table(
                        "home",
                        "id:TEXT!",
                        "person_id:TEXT!",
                        "place:INT4!",
                        "lat:FLOAT8!",
                        "owner:TEXT"),
                table("phone", "id:TEXT!", "home_id:TEXT!", "place:INT4!", "number:TEXT!"));
    }

    /// Columns as `name:KIND`, with `!` for NOT NULL, or with a most of characters.
    static DocumentTable table(String name, String... columns) {
        var all = new ArrayList<TargetColumn>();
        var needed = new ArrayList<String>();
        for (String column : columns) {
            boolean notNull = column.endsWith("!");
            String[] parts = column.replace("!", "").split(":", -1);
            int most = parts.length > 2 ? Integer.parseInt(parts[2]) : 0;
            all.add(
                    new TargetColumn(
                            parts[0], -1, Kind.valueOf(parts[1]), most, notNull, null, false));
            if (notNull) {
                needed.add(parts[0]);
            }
        }
        return new DocumentTable(name, all, needed);
    }

    static EncodedDocument encode(String json) {
        return encode(json.getBytes(StandardCharsets.UTF_8));
    }

    static EncodedDocument encode(byte[] json) {
        var lookups = new LookupIds();
        lookups.put(new LookupTexts(0, List.of("Vienna")), java.util.OptionalLong.of(7));
        return people().encoder(lookups).encode(facts(json), json, json.length);
    }

    static DocumentFacts facts(byte[] json) {
        var hasher = new ContentHasher();
        hasher.update(json, 0, json.length);
        return new DocumentFacts("a.json", 42, hasher.finish());
    }

    /// A document of these people.
    static String document(String people) {
        return "{\"taken\":1000,\"people\":[" + people + "]}";
    }

    /// The hash of a document with one person of these members.
    static String hash(String members) {
        return encode(document("{\"name\":\"a\"," + members + "}")).hash();
    }
}
