package dev.lode.format.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HashSet;

class ContentHashTest {
    @Test
    void orderOfKeysAndRecordsDoesNotCount() {
        String one =
                "{\"taken\":1, \"people\":[{\"name\":\"a\",\"extra\":{\"x\":[1,2],\"y\":null}},"
                        + " {\"name\":\"b\"}]}";
        String other =
                "{\"people\":[{\"name\":\"b\"},{\"extra\":{\"y\":null,\"x\":[1,2]},\"name\":\"a\"}],\n"
                    + "\"taken\":1}";

        assertThat(Mappings.encode(one).hash()).isEqualTo(Mappings.encode(other).hash());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`\"n\":1`|`\"n\":1.0`",
                "`\"n\":100`|`\"n\":1e2`",
                "`\"n\":0.00120`|`\"n\":12E-4`",
                "`\"n\":-0`|`\"n\":0.0`",
                "`\"n\":1.0000000000000000000000`|`\"n\":1`",
                "`\"n\":123456789012345678901e0`|`\"n\":1234567890123456789010e-1`",
                "`\"n\":\"caf\\u00e9\"`|`\"n\":\"café\"`",
                "`\"n\":\"\\/\"`|`\"n\":\"/\"`",
                "`\"n\":\"\\ud83d\\ude97\"`|`\"n\":\"🚗\"`",
                "`\"\\u006e\":1`|`\"n\":1`"
            })
    void spellingsOfOneValueAreEqual(String one, String other) {
        assertThat(Mappings.hash(one)).isEqualTo(Mappings.hash(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`\"n\":[1,2]`|`\"n\":[2,1]`",
                "`\"n\":9007199254740993`|`\"n\":9007199254740992`",
                "`\"n\":123456789012345678901`|`\"n\":123456789012345678902`",
                "`\"n\":1`|`\"n\":\"1\"`",
                "`\"n\":1`|`\"n\":-1`",
                "`\"n\":1`|`\"n\":10`",
                "`\"n\":null`|`\"n\":false`",
                "`\"n\":null`|`\"m\":null`",
                "`\"n\":[]`|`\"n\":{}`",
                "`\"n\":[]`|`\"n\":[[]]`",
                "`\"n\":\"\"`|`\"n\":\"\\u0000\"`",
                "`\"n\":\"abcdefgh\"`|`\"n\":\"abcdefgi\"`",
                "`\"n\":\"12345678901234567\"`|`\"n\":\"12345678901234568\"`",
                "`\"n\":{\"a\":1,\"b\":2}`|`\"n\":{\"a\":2,\"b\":1}`"
            })
    void differentValuesDiffer(String one, String other) {
        assertThat(Mappings.hash(one)).isNotEqualTo(Mappings.hash(other));
    }

    @Test
    void aRecordTwiceIsNotTheRecordOnce() {
        var hashes = new HashSet<String>();
        String people = "{\"name\":\"a\"}";
        for (int count = 1; count <= 20; count++) {
            hashes.add(Mappings.encode(Mappings.document(people)).hash());
            people += ",{\"name\":\"a\"}";
        }

        assertThat(hashes).hasSize(20);
    }

    @Test
    void shortTextsDoNotCollide() {
        var hashes = new HashSet<String>();
        for (int i = 0; i < 2000; i++) {
            hashes.add(Mappings.hash("\"n\":\"" + "x".repeat(i % 40) + i + "\""));
        }

        assertThat(hashes).hasSize(2000);
    }
}
