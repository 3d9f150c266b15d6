package dev.lode.core.pack.document;

import dev.lode.core.LodeException;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Where a value lies in a document: `street`, `location.x` in the row's own object, `../uuid` in
/// the object of the row above, `/startTimeMillis` in the document, `line[0].x` and `line[-1].x` in
/// the first and the last element of an array, `.` the row's own value.
///
/// @param scope what the steps begin at
/// @param steps from the outside in; none for the value itself
public record FieldPath(Scope scope, List<Step> steps) {
    private static final Pattern STEP = Pattern.compile("([^.\\[\\]/]+)(\\[(0|-1)])?");

    /// What a path begins at.
    public enum Scope {
        OWN,
        PARENT,
        DOCUMENT
    }

    /// One key.
    ///
    /// @param element which element of the array that the key holds
    public record Step(String name, Element element) {}

    /// Which element of an array is meant.
    public enum Element {
        NONE,
        FIRST,
        LAST
    }

    public FieldPath {
        steps = List.copyOf(steps);
    }

    /// @throws LodeException of kind USAGE when the text is no path
    public static FieldPath parse(String text) {
        var scope = Scope.OWN;
        String rest = text;
        if (text.startsWith("/")) {
            scope = Scope.DOCUMENT;
            rest = text.substring(1);
        } else if (text.startsWith("../")) {
            scope = Scope.PARENT;
            rest = text.substring(3);
        }
        var steps = new ArrayList<Step>();
        if (!rest.equals(".")) {
            for (String part : rest.split("\\.", -1)) {
                var match = STEP.matcher(part);
                if (!match.matches()) {
                    throw LodeException.usage(
                            "\""
                                    + text
                                    + "\" is not a path: expected keys with points between them,"
                                    + " such as location.x, ../uuid, /startTime or line[-1].x");
                }
                var element =
                        match.group(3) == null
                                ? Element.NONE
                                : match.group(3).equals("0") ? Element.FIRST : Element.LAST;
                steps.add(new Step(match.group(1), element));
            }
        }
        return new FieldPath(scope, steps);
    }

    /// Whether it names an element of an array.
    public boolean hasElement() {
        return steps.stream().anyMatch(step -> step.element() != Element.NONE);
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (var step : steps) {
            text.append(text.isEmpty() ? "" : ".").append(step.name());
            switch (step.element()) {
                case FIRST -> text.append("[0]");
                case LAST -> text.append("[-1]");
                case NONE -> {}
            }
        }
        String inside = text.isEmpty() ? "." : text.toString();
        return switch (scope) {
            case OWN -> inside;
            case PARENT -> "../" + inside;
            case DOCUMENT -> "/" + inside;
        };
    }
}
