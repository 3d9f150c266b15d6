package dev.lode.format.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.pack.PackReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

class DocumentEncoderTest {
    private static final String SOUND =
            "{\"note\":{\"any\":[1]},\"people\":[{\"name\":\"Ada\",\"surname\":\"L\",\"age\":\"36\",\"size\":1.65,"
                + "\"alive\":\"False\",\"born\":0,\"city\":\"Wien\",\"extra\":{\"a\":[1,{}]},\"photo\":\"x\","
                + "\"homes\":[{\"lat\":1.5,\"phones\":[\"1\",2]},{\"lat\":-2,\"phones\":[]}]}],\"taken\":\"1000\"}";

    @Test
    void nestedArraysBecomeRowsOfTheirTables() {
        var encoded = Mappings.encode(SOUND);

        assertThat(encoded.rejects()).isEmpty();
        assertThat(encoded.drift()).isEmpty();
        assertThat(encoded.missing()).isEmpty();
        assertThat(encoded.tables()).extracting(EncodedRows::rows).containsExactly(1, 1, 2, 2);
        assertThat(encoded.records()).isEqualTo(Map.of("people", 1L));
        assertThat(encoded.time()).hasValue(1000);
    }

    @Test
    void rowsAreWhatCopyReads() {
        var encoded = Mappings.encode(SOUND);

        var person = CopyRows.of(encoded.tables().get(1)).getFirst();
        assertThat(person.get(0)).hasSize(40);
        assertThat(new String(person.get(0), StandardCharsets.US_ASCII)).startsWith("000000003e8");
        assertThat(person.get(1)).containsExactly(0, 0, 0, 0, 0, 0, 0, 42);
        assertThat(new String(person.get(3), StandardCharsets.UTF_8)).isEqualTo("L");
        assertThat(person.get(4)).containsExactly(0, 36);
        assertThat(person.get(6)).containsExactly(0);
        // The first of January 1970 was a Thursday.
        assertThat(person.get(7)).containsExactly(0, 0, 0, 4);
        assertThat(person.get(8)).containsExactly(0, 0, 0, 7);
        assertThat(new String(person.get(9), StandardCharsets.UTF_8)).isEqualTo("S");
        assertThat(new String(person.get(10), StandardCharsets.UTF_8))
                .isEqualTo("\u0001{\"a\":[1,{}]}");
        var homes = CopyRows.of(encoded.tables().get(2));
        assertThat(homes)
                .extracting(row -> row.get(1))
                .containsExactly(person.get(0), person.get(0));
        assertThat(new String(homes.get(1).get(4), StandardCharsets.UTF_8)).isEqualTo("L");
        var phones = CopyRows.of(encoded.tables().get(3));
        assertThat(phones)
                .extracting(row -> new String(row.get(3), StandardCharsets.UTF_8))
                .containsExactly("1", "2");
    }

    @Test
    void rowsComeInTheOrderOfTheirIdsAndChildrenInThatOfTheirRecords() {
        var people = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            people.append(i == 0 ? "" : ",")
                    .append("{\"name\":\"n")
                    .append(i)
                    .append("\",\"homes\":[{\"lat\":1,\"phones\":[\"")
                    .append("9".repeat(i))
                    .append("\",\"2\"]},{\"lat\":2,\"phones\":[\"3\"]}]}");
        }
        var encoded = Mappings.encode(Mappings.document(people.toString()));

        for (int table = 1; table < 4; table++) {
            var rows = encoded.tables().get(table);
            assertThat(CopyRows.ids(rows)).isSorted().doesNotHaveDuplicates().hasSize(rows.rows());
        }
        assertThat(encoded.tables()).extracting(EncodedRows::rows).containsExactly(1, 40, 80, 120);
        var persons = CopyRows.ids(encoded.tables().get(1));
        assertThat(
                        CopyRows.of(encoded.tables().get(2)).stream()
                                .map(row -> new String(row.get(1), StandardCharsets.US_ASCII))
                                .distinct())
                .isEqualTo(persons);
        var numbers =
                CopyRows.of(encoded.tables().get(3)).stream()
                        .map(row -> new String(row.get(3), StandardCharsets.US_ASCII))
                        .toList();
        assertThat(numbers).filteredOn("2"::equals).hasSize(40);
        assertThat(numbers).contains("9".repeat(39));
    }

    @Test
    void idsAreTheSameForTheSameFileAndOthersForAnother() {
        String twice = Mappings.document("{\"name\":\"a\"},{\"name\":\"a\"}");

        var ids = CopyRows.ids(Mappings.encode(twice).tables().get(1));
        assertThat(ids).doesNotHaveDuplicates().hasSize(2);
        assertThat(CopyRows.ids(Mappings.encode(twice).tables().get(1))).isEqualTo(ids);
        assertThat(CopyRows.ids(Mappings.encode(twice + " ").tables().get(1)))
                .doesNotContainAnyElementsOf(ids);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{\"name\":\"a\",\"age\":200}`|age|`\"200\" is out of bounds: expected 0.0 to"
                        + " 150.0`",
                "`{\"name\":\"a\",\"age\":1.5}`|age|`\"1.5\" is not a whole number`",
                "`{\"name\":\"a\",\"size\":\"big\"}`|size|`\"big\" is not a number`",
                "`{\"name\":\"a\",\"size\":1e60}`|size|`\"1e60\" is beyond real`",
                "`{\"name\":\"a\",\"alive\":2}`|alive|`\"2\" is not true or false`",
                "`{\"age\":1}`|name|is missing",
                "`{\"name\":null}`|name|is missing",
                "`{\"name\":[1]}`|name|`\"[1]\" is an array or object, expected a text`",
                "`{\"name\":\"a\",\"family\":\"elevenchars\"}`|family|`is 11 characters long, the"
                        + " column takes 10`",
                "`{\"name\":\"a\\u0000\"}`|name|`holds the character U+0000, which PostgreSQL"
                        + " refuses`",
                "`{\"name\":\"a\",\"extra\":[\"\\ud800\"]}`|raw|holds half of a surrogate pair",
                "`{\"name\":\"a\",\"extra\":1e99999}`|raw|holds a number beyond what PostgreSQL"
                        + " stores",
                "`{\"name\":\"a\",\"homes\":[{\"lat\":1},{}]}`|lat|is missing",
                "`{\"name\":\"a\",\"homes\":[7]}`|`people.homes[0]`|is not an object",
                "`{\"name\":\"a\",\"homes\":\"none\"}`|people.homes|is neither an array nor an"
                        + " object",
                "`{\"name\":\"a\",\"name\":\"b\"}`|people.name|stands twice in one object",
                "`{\"name\":\"a\",\"x\":{\"y\":1,\"y\":2}}`|y|stands twice in one object",
                "`17`|people|is not an object"
            })
    void aBadRecordIsAReject(String person, String column, String reason) {
        var encoded = Mappings.encode(Mappings.document("{\"name\":\"first\"}," + person));

        assertThat(encoded.read()).isEqualTo(2);
        assertThat(encoded.tables().get(1).rows()).isEqualTo(1);
        assertThat(encoded.tables().get(2).rows()).isZero();
        assertThat(encoded.rejects())
                .singleElement()
                .satisfies(
                        reject -> {
                            assertThat(reject.path()).isEqualTo("people[1]");
                            assertThat(reject.column()).contains(column);
                            assertThat(reject.reason()).isEqualTo(reason);
                            assertThat(new String(reject.raw(), StandardCharsets.UTF_8))
                                    .isEqualTo(person);
                        });
    }

    @Test
    void ofManyKeysNoneIsTakenForOneOfTheObjectBefore() {
        var keys = IntStream.range(0, 65).mapToObj(key -> "\"k" + key + "\":1").toList();
        String twice = String.join(",", keys.subList(0, 64)) + ",\"k0\":2";
        String otherOrder = String.join(",", keys.subList(1, 65)) + "," + keys.getFirst();

        var encoded =
                Mappings.encode(
                        Mappings.document(
                                "{\"name\":\"a\","
                                        + twice
                                        + "},{\"name\":\"b\","
                                        + otherOrder
                                        + "}"));

        assertThat(encoded.rejects())
                .singleElement()
                .satisfies(
                        reject -> {
                            assertThat(reject.path()).isEqualTo("people[0]");
                            assertThat(reject.column()).contains("people.k0");
                        });
        assertThat(encoded.tables().get(1).rows()).isEqualTo(1);
    }

    @Test
    void unknownFieldsAreCountedByTheirPlace() {
        var encoded =
                Mappings.encode(
                        "{\"taken\":1,\"more\":true,\"people\":[{\"name\":\"a\",\"q\":{\"z\":1}},{\"q\":2,\"name\":\"b\","
                            + "\"homes\":[{\"lat\":1,\"q\":\"s\"}]}]}");

        assertThat(encoded.drift())
                .containsExactly(
                        new Drift("more", 1, "true"),
                        new Drift("people.q", 2, "{\"z\":1}"),
                        new Drift("people.homes.q", 1, "\"s\""));
    }

    @Test
    void moreUnknownFieldsThanAreToldApartAreCountedTogether() {
        var encoded =
                Mappings.encode(
                        Mappings.document(
                                "{\"name\":\"a\",\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1}"));

        assertThat(encoded.drift()).extracting(Drift::path).endsWith("people.c", "(others)");
        assertThat(encoded.drift().getLast().count()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|it is empty",
                "`<html>`|`expected a JSON object or array, found '<'`",
                "`{\"people\":[]}`|the document's taken is missing",
                "`{\"taken\":\"soon\",\"people\":[]}`|`\"soon\" is not a whole number`",
                "`{\"taken\":-5,\"people\":[]}`|no time in milliseconds",
                "`{\"taken\":1,\"taken\":2,\"people\":[]}`|stands twice",
                "`{\"taken\":1,\"people\":7}`|expected an array of records at people",
                "`{\"taken\":1,\"people\":[]} x`|the end of the document",
                "`{\"taken\":1,\"people\":[{\"name\":\"a\",\"q\":[[[[[[[[[[[[1]]]]]]]]]]]]}]}`|12"
                        + " levels",
                "`{\"taken\":1,\"people\":[{\"name\":tru}]}`|expected a value",
                "`{\"taken\":1,\"people\":[{\"name\":\"a\",}]}`|expected a key",
                "`{\"taken\":01,\"people\":[]}`|`expected`",
                "`{\"taken\":1,\"people\":[{\"name\":\"a\tb\"}]}`|a control character"
            })
    void aBadDocumentFails(String json, String finding) {
        assertThatThrownBy(() -> Mappings.encode(json == null ? "" : json))
                .isInstanceOfSatisfying(
                        LodeException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.DATA))
                .hasMessageStartingWith("a.json: ")
                .hasMessageContaining(finding);
    }

    @Test
    void aDocumentCutAnywhereFails() {
        byte[] bytes = SOUND.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Mappings.encode(cut))
                    .describedAs("cut after %d bytes", length)
                    .isInstanceOf(LodeException.class);
        }
    }

    @Test
    void damageIsASentenceOrARejectAndNeverACrash() {
        var random = new Random(5);
        byte[] sound = SOUND.getBytes(StandardCharsets.UTF_8);
        var mapping = Mappings.people();
        var encoder = mapping.encoder(new LookupIds());
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = sound.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] =
                        (byte)
                                (random.nextBoolean()
                                        ? "{}[]\",:\\0e-u".charAt(random.nextInt(12))
                                        : random.nextInt(256));
            }
            try {
                encoder.encode(Mappings.facts(bytes), bytes, bytes.length);
            } catch (LodeException e) {
                assertThat(e.kind()).isEqualTo(ErrorKind.DATA);
                refused++;
            }
        }
        assertThat(refused).isBetween(5_000, 19_999);
    }

    @Test
    void tooManyRecordsOrRejectsFailTheFile() {
        assertThatThrownBy(
                        () ->
                                Mappings.encode(
                                        Mappings.document("{\"name\":\"a\"},".repeat(50) + "{}")))
                .hasMessageContaining("more than the 50 records");
        assertThatThrownBy(() -> Mappings.encode(Mappings.document("{},".repeat(5) + "{}")))
                .hasMessageContaining("more than the 5 rejects");
    }

    @Test
    void recordsThatTheDatabaseRefusedBecomeRejects() {
        byte[] json =
                Mappings.document("{\"name\":\"a\"},{\"name\":\"b\"}")
                        .getBytes(StandardCharsets.UTF_8);
        var encoder = Mappings.people().encoder(new LookupIds());

        var names =
                CopyRows.of(encoder.encode(Mappings.facts(json), json, json.length).tables().get(1))
                        .stream()
                        .map(row -> new String(row.get(2), StandardCharsets.UTF_8))
                        .toList();
        for (int row = 0; row < 2; row++) {
            assertThat(encoder.recordOf(Mappings.facts(json), json, json.length, Map.of(), 1, row))
                    .isEqualTo(names.get(row).equals("a") ? 0 : 1);
        }
        assertThat(encoder.recordOf(Mappings.facts(json), json, json.length, Map.of(0, "no"), 1, 0))
                .isEqualTo(1);
        assertThat(encoder.recordOf(Mappings.facts(json), json, json.length, Map.of(), 0, 0))
                .isEqualTo(-1);
        assertThat(
                        encoder.encode(Mappings.facts(json), json, json.length, Map.of(1, "no"))
                                .rejects())
                .extracting(DocumentReject::path, DocumentReject::reason)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("people[1]", "no"));
    }

    @Test
    void textsWithoutANumberAreAskedFor() {
        var encoded =
                Mappings.encode(
                        Mappings.document(
                                "{\"name\":\"a\",\"city\":\"Graz\"},{\"name\":\"b\",\"city\":\"Wien\"}"));

        assertThat(encoded.missing()).containsExactly(new LookupTexts(0, List.of("Graz")));
    }

    @Test
    void mistakesOfAMappingAreReportedTogetherWithTheirLines() {
        String yaml =
                Mappings.PEOPLE
                        .replace("name: name", "nam: name")
                        .replace("{ from: born, as: weekday }", "{ value: Monday }")
                        .replace("table: home", "table: house");

        assertThatThrownBy(
                        () ->
                                DocumentMapping.compile(
                                        "people",
                                        PackReader.parse(Path.of("people"), yaml)
                                                .documents()
                                                .orElseThrow(),
                                        Mappings.tables()))
                .hasMessageContaining(
                        "line 18: table 'person' has no column 'nam'; did you mean 'name'?")
                .hasMessageContaining("column 'day': \"Monday\" is no value of its type")
                .hasMessageContaining("column 'name' takes no NULL, and nothing here fills it")
                .hasMessageContaining(
                        "table 'house': is not among the tables; did you mean 'home'?");
    }
}
