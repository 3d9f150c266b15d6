package dev.lode.demo.corpus;

import dev.lode.core.LodeException;
import dev.lode.core.Suggestion;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// A defect that can be planted. The file `expected-<date>.json` beside the data tells what was
/// planted where.
public enum Fault {
    /// The same record twice, and an older version of a record before or after it.
    DUPLICATE_KEYS(Group.RECORDS, "search_docket", 6),
    /// Records that refer to rows that are not there: ids above the highest and ids of deleted
    /// rows.
    DANGLING_KEYS(Group.RECORDS, "search_opinionscited", 8),
    /// Records with `2021-02-30` where a date or moment belongs.
    BAD_DATE(Group.RECORDS, "search_docket", 3),
    /// Records with `12a4` or a number out of range where an integer belongs.
    BAD_INTEGER(Group.RECORDS, "search_docket", 2),
    /// Records with one character more than a `varchar(n)` holds.
    TOO_LONG(Group.RECORDS, "search_docket", 2),
    /// Records with NULL in a column that is NOT NULL.
    BAD_NULL(Group.RECORDS, "search_citation", 2),
    /// Records with a byte sequence that is not UTF-8.
    INVALID_UTF8(Group.RECORDS, "search_opinioncluster", 2),
    /// Records with a NUL byte in a text.
    NUL_BYTE(Group.RECORDS, "search_opinioncluster", 2),
    /// Records of which one value lacks its closing quote, in the middle and at the end of the line
    /// in turn.
    UNTERMINATED_QUOTE(Group.RECORDS, "search_citation", 2),
    /// Records with one field too few and one too many in turn.
    FIELD_COUNT(Group.RECORDS, "search_citation", 2),

    /// The last NOT NULL column is missing from header and records.
    MISSING_COLUMN(Group.HEADERS, "search_courthouse", 1),
    /// A column `planted_extra` that no table has, in the middle.
    EXTRA_COLUMN(Group.HEADERS, "people_db_school", 1),
    /// The columns in the opposite order.
    REORDERED_COLUMNS(Group.HEADERS, "people_db_position", 1),

    /// A file with doubled quotes under a date of another dialect.
    RFC4180_FILE(Group.FILES, "search_parenthetical", 1),
    /// A file with backticks under a date of another dialect.
    BACKTICK_FILE(Group.FILES, "people_db_education", 1),
    /// A header and no records, in a table that must not be empty.
    HEADER_ONLY(Group.FILES, "search_opinion_joined_by", 1),
    /// A file of 0 bytes.
    ZERO_BYTES(Group.FILES, "disclosures_debt", 1),
    /// An empty bzip2 file: 14 bytes.
    PLACEHOLDER(Group.FILES, "disclosures_gift", 1),
    /// A file cut off at three fifths.
    TRUNCATED(Group.FILES, "disclosures_investment", 1),
    /// One bit of the middle byte flipped.
    BIT_FLIP(Group.FILES, "search_originatingcourtinformation", 1),
    /// Two bzip2 streams one after the other; the data is whole.
    MULTI_STREAM(Group.FILES, "search_court", 1),

    /// The schema and the load script carry the date of the next day; the snapshot is whole.
    TWO_DATES(Group.SNAPSHOT, "", 1),
    /// Files of a newer date (8 days later), of which the table's file is missing.
    TABLE_MISSING_FROM_NEWEST(Group.SNAPSHOT, "search_opinion", 1),
    /// Files of a newer date (15 days later), of which the table's file is a placeholder of 14
    /// bytes.
    PLACEHOLDER_IN_NEWEST(Group.SNAPSHOT, "search_citation", 1),
    /// A single file of a newer date (9 days later), as the publisher makes between two snapshots.
    OFF_CYCLE(Group.SNAPSHOT, "search_docket", 1),
    /// More than 1,000 keys that are no items of a snapshot: so many in `randoms/`, `.delta` files
    /// and old dates.
    MANY_KEYS(Group.SNAPSHOT, "", 1100);

    /// What a fault spoils.
    public enum Group {
        /// Single records: everything else loads.
        RECORDS,
        /// The columns of a file.
        HEADERS,
        /// A file as a whole.
        FILES,
        /// What lies in the folder.
        SNAPSHOT
    }

    private final Group group;
    private final String table;
    private final int count;

    Fault(Group group, String table, int count) {
        this.group = group;
        this.table = table;
        this.count = count;
    }

    public Group group() {
        return group;
    }

    /// The table it is planted in unless told otherwise; empty where it concerns no table.
    public String table() {
        return table;
    }

    /// How many are planted unless told otherwise.
    public int count() {
        return count;
    }

    /// The name on the command line and in files: `bad-date`.
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// All faults of a group.
    public static List<Fault> of(Group group) {
        return Arrays.stream(values()).filter(fault -> fault.group == group).toList();
    }

    /// @throws LodeException of kind USAGE, with a suggestion, when there is no such fault
    public static Fault of(String word) {
        for (var fault : values()) {
            if (fault.word().equals(word)) {
                return fault;
            }
        }
        throw LodeException.usage(
                "fault \""
                        + word
                        + "\": unknown"
                        + Suggestion.hint(word, Arrays.stream(values()).map(Fault::word).toList())
                        + "; nothing was written");
    }
}
