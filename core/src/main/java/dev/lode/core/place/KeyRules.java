package dev.lode.core.place;

import java.util.List;
import java.util.regex.Pattern;

/// Which keys are meant: rules in their order, of which the last that matches wins. A key that no
/// rule matches is meant.
///
/// The patterns are those of `aws s3 cp --exclude --include`: `*` stands for any characters, `/`
/// too; `?` for one; `[abc]`, `[a-c]` and `[!abc]` for one of these, or one of the others. They
/// stand for the whole key below the place.
public record KeyRules(List<Rule> rules) {
    public static final KeyRules ALL = new KeyRules(List.of());

    public KeyRules {
        rules = List.copyOf(rules);
    }

    /// One rule.
    ///
    /// @param includes whether keys that match are meant
    public record Rule(boolean includes, KeyPattern pattern) {}

    /// Keys, with wildcards.
    ///
    /// @param text as it was written
    /// @param ending what every key that matches ends with: a folder of many files is compared with
    ///   many patterns at every look, and most of them need no more than that
    public record KeyPattern(String text, String ending, Pattern regex) {
        public static KeyPattern of(String text) {
            return new KeyPattern(text, ending(text), Pattern.compile(regex(text), Pattern.DOTALL));
        }

        public boolean matches(String key) {
            return key.endsWith(ending) && regex.matcher(key).matches();
        }

        private static String ending(String text) {
            int begin = text.length();
            while (begin > 0 && "*?]".indexOf(text.charAt(begin - 1)) < 0) {
                begin--;
            }
            return text.substring(begin);
        }

        private static String regex(String text) {
            var regex = new StringBuilder();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                int end = c == '[' ? text.indexOf(']', i + 2) : -1;
                if (c == '*') {
                    regex.append(".*");
                } else if (c == '?') {
                    regex.append('.');
                } else if (end > 0) {
                    var inside = text.substring(i + 1, end);
                    boolean others = inside.startsWith("!");
                    regex.append(others ? "[^" : "[")
                            .append(
                                    (others ? inside.substring(1) : inside)
                                            .replace("\\", "\\\\")
                                            .replace("[", "\\[")
                                            .replace("&", "\\&")
                                            .replace("^", "\\^"))
                            .append(']');
                    i = end;
                } else {
                    regex.append(Pattern.quote(String.valueOf(c)));
                }
            }
            return regex.toString();
        }
    }

    /// Whether a key is meant.
    public boolean includes(String key) {
        for (var rule : rules.reversed()) {
            if (rule.pattern().matches(key)) {
                return rule.includes();
            }
        }
        return true;
    }

    /// What all meant keys begin with, where the rules say so: `--exclude "*" --include "a_2017*"`
    /// means nothing outside of `a_2017`, so nothing else need be listed.
    public String commonPrefix() {
        int everything = -1;
        for (int i = 0; i < rules.size(); i++) {
            if (!rules.get(i).includes() && rules.get(i).pattern().text().equals("*")) {
                everything = i;
            }
        }
        if (everything < 0) {
            return "";
        }
        String common = null;
        for (var rule : rules.subList(everything + 1, rules.size())) {
            if (rule.includes()) {
                String literal = literal(rule.pattern().text());
                common = common == null ? literal : shared(common, literal);
            }
        }
        return common == null ? "" : common;
    }

    private static String literal(String pattern) {
        int end = 0;
        while (end < pattern.length() && "*?[".indexOf(pattern.charAt(end)) < 0) {
            end++;
        }
        return pattern.substring(0, end);
    }

    private static String shared(String one, String other) {
        int end = 0;
        while (end < Math.min(one.length(), other.length())
                && one.charAt(end) == other.charAt(end)) {
            end++;
        }
        return one.substring(0, end);
    }
}
