package dev.lode.postgres.publish;

import java.util.Collection;

/// Values as SQL writes them: COPY takes no parameters.
final class Literals {
    private Literals() {}

    static String text(String value) {
        // With a backslash in it the E form is right whatever standard_conforming_strings says.
        String quoted = "'" + value.replace("'", "''") + "'";
        return value.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }

    /// An array of that element type.
    static String array(Collection<String> values, String type) {
        var array = new StringBuilder("{");
        for (String value : values) {
            if (array.length() > 1) {
                array.append(',');
            }
            array.append('"').append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
        }
        return text(array.append('}').toString()) + "::" + type + "[]";
    }
}
