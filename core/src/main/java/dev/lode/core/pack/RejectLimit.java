package dev.lode.core.pack;

/// How many bad records an item may have before it stops: whichever of the two is larger holds, so
/// that small files are not judged by a share of nothing.
///
/// @param count records
/// @param share of the records read, 0 to 1
public record RejectLimit(long count, double share) {
    public boolean exceeded(long rejects, long records) {
        return rejects > count && rejects > share * records;
    }

    @Override
    public String toString() {
        return count + " records or " + share * 100 + " %";
    }
}
