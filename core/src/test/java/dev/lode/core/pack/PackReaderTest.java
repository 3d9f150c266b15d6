package dev.lode.core.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class PackReaderTest {
    private static final Path FOLDER = Path.of("prices");

    @Test
    void theReferencesPackIsReadAsThePageSays() throws IOException {
        var page = Files.readString(Path.of("..", "docs", "reference", "pack.md"));
        int begin = page.indexOf("```yaml\n") + "```yaml\n".length();

        var pack = PackReader.parse(FOLDER, page.substring(begin, page.indexOf("```", begin)));

        var store = pack.tables().getFirst();
        assertThat(store)
                .isEqualTo(
                        new TableSpec(
                                "store",
                                "stores",
                                LoadMode.UPSERT,
                                List.of("id"),
                                Optional.empty(),
                                false,
                                Map.of(),
                                List.of(),
                                new RejectLimit(1000, 0.001)));
        var price = pack.tables().getLast();
        assertThat(price.version()).contains("changed_at");
        assertThat(price.fill()).containsExactly(Map.entry("currency", "EUR"));
        assertThat(price.rejects()).isEqualTo(new RejectLimit(0, 0.01));
        assertThat(price.orphans()).isEqualTo(Orphans.REJECT);
        assertThat(price.vanished())
                .isEqualTo(
                        new VanishedSpec(
                                VanishedSpec.Policy.MARK,
                                Optional.of("gone_since"),
                                new RejectLimit(10, 0.05)));
        assertThat(price.recordChanges()).isTrue();
        assertThat(pack.dialect(LocalDate.of(2024, 12, 31)).delimiter()).isEqualTo(';');
        assertThat(pack.dialect(LocalDate.of(2025, 1, 1)).escape()).isEqualTo('\\');
    }

    @Test
    void filesWithoutTheNamesOfTheirColumnsAreRefusedByThePack() {
        assertThatThrownBy(
                        () ->
                                PackReader.parse(
                                        FOLDER,
                                        """
                                        dataset: prices
                                        format: { csv: { header: false } }
                                        tables: { price: { key: [id] } }
                                        """))
                .hasMessageContaining("line 2")
                .hasMessageContaining("put a line with the names before its first record");
    }
}
