package dev.lode.house;

import com.tngtech.archunit.lang.ArchRule;

import java.util.List;

/// A rule of the house with the classes that break it on purpose.
///
/// @param name the rule as one says it
/// @param rule what ArchUnit checks
/// @param canaries each breaks the rule and must be reported, or the rule checks nothing
record HouseRule(String name, ArchRule rule, List<Class<?>> canaries) {
    @Override
    public String toString() {
        return name;
    }
}
