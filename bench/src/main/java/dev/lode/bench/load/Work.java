package dev.lode.bench.load;

import dev.lode.bench.Corpora;

import java.io.IOException;
import java.nio.file.Path;

/// One file that goes into one table.
///
/// @param dataset name of the bench's pack that declares the table
/// @param table its name
/// @param item the file's name without date and ending
/// @param ending such as `csv.bz2`
/// @param data makes the folder with the file
public record Work(String dataset, String table, String item, String ending, Data data) {
    /// Makes the data where it is missing.
    @FunctionalInterface
    public interface Data {
        Path folder(Corpora corpora, boolean small) throws IOException, InterruptedException;
    }

    Path file(Path folder) {
        return folder.resolve(item + "-" + Corpora.DATE + "." + ending);
    }

    boolean compressed() {
        return ending.endsWith(".bz2");
    }
}
