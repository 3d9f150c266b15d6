package dev.lode.cli.canary;

/// A name that says nothing.
public final class NamedImpl {}
