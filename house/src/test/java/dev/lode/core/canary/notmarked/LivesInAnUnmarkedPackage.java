package dev.lode.core.canary.notmarked;

/// Its package has no package-info.java.
public final class LivesInAnUnmarkedPackage {}
