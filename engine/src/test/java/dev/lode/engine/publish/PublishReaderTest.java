package dev.lode.engine.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lode.core.LodeException;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.PackReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.List;

class PublishReaderTest {
    private static final String HEAD =
            """
            dataset: courts
            tables: { court: {}, opinion: {}, citation: {} }
            publish:
              opinions:
            """;

    private static Pack read(String publication) {
        return PackReader.parse(Path.of("courts"), HEAD + publication.indent(4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    table: opinoin          | line 5: publish.opinions.table: "opinoin" is no table of this pack; did you mean 'opinion'?
                    partition: dockt.court  | line 5: publish.opinions.partition: "dockt.court" names a join that is not known
                    format: tar             | line 5: publish.opinions.format: "tar" is unknown: expected one of tar.gz, jsonl.gz
                    publik: true            | line 5: unknown key 'publish.opinions.publik'; did you mean 'public'?
                    item-size: 0            | line 5: publish.opinions.item-size: "0" is out of bounds
                    csv: [id]               | line 5: publish.opinions.csv: is for the format csv.gz, not for tar.gz
                    query: q.sql            | line 5: publish.opinions.query: "q.sql" cannot be read
                    query: ../q.sql         | line 5: publish.opinions.query: "../q.sql" lies outside of the pack
                    """)
    void mistakesAreToldWithTheirLine(String line, String told) {
        assertThatThrownBy(() -> read(line + "\nkey: id\n"))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    url: "a/{id"                                          | line 9: publish.opinions.json.fields.url: "a/{id": a brace without its partner
                    url: "a/{i d}"                                        | "i d" is no column
                    url: "a/{court.id}"                                   | {court.id} names a join that is not known
                    cited: { rows: citation }                             | line 9: publish.opinions.json.fields.cited.where: expected a column of citation and what it equals
                    cited: { of: citation }                               | publish.opinions.json.fields.cited.rows: is missing: expected column, row or rows
                    cited: { rows: citation, where: { o: id }, fields: { deep: { rows: court, where: { id: id } } } } | rows within rows are not published
                    """)
    void mistakesInFieldsToo(String field, String told) {
        assertThatThrownBy(
                        () ->
                                read(
                                        "table: opinion\nkey: id\njson:\n  fields:\n    "
                                                + field
                                                + "\n"))
                .isInstanceOf(LodeException.class)
                .hasMessageContaining(told);
    }

    @Test
    void allMistakesAreToldTogether() {
        assertThatThrownBy(() -> read("table: nothing\nformat: zip\n"))
                .hasMessageContaining("no table of this pack")
                .hasMessageContaining("\"zip\" is unknown")
                .hasMessageContaining("key 'key' is missing");
    }

    @Test
    void tablesThatArePublishedHaveTheirChangesRecordedWithWhatItemsFindThemBy() {
        var pack =
                read(
                        """
                        table: opinion
                        key: id
                        json:
                          fields:
                            cited: { rows: citation, where: { opinion_id: id } }
                        """);
        assertThat(pack.table("opinion").recordChanges()).isTrue();
        assertThat(pack.table("opinion").linkColumns()).containsExactly("id");
        assertThat(pack.table("citation").recordChanges()).isTrue();
        assertThat(pack.table("citation").linkColumns()).containsExactly("opinion_id");
        assertThat(pack.table("court").recordChanges()).isFalse();
    }

    @Test
    void theCourtListenerPackDeclaresWhatTheOriginalExportHad() {
        var pack = PackReader.read(Path.of("..", "packs", "courtlistener").toAbsolutePath());
        assertThat(pack.publish().publications())
                .extracting(spec -> spec.name())
                .isEqualTo(
                        List.of(
                                "opinions",
                                "clusters",
                                "dockets",
                                "audio",
                                "people",
                                "courts",
                                "schools",
                                "citations"));
    }
}
