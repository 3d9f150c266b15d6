package dev.lode.core;

/// A number of things, in words.
public final class Count {
    private Count() {}

    /// `1 item`, `2 items`.
    public static String of(long number, String one) {
        return of(number, one, one + "s");
    }

    /// `1 thing is`, `2 things are`.
    public static String of(long number, String one, String more) {
        return number + " " + (number == 1 ? one : more);
    }
}
