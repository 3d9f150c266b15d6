package dev.lode.publish.archive;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// The library libdeflate (https://github.com/ebiggers/libdeflate), where this machine has it.
///
/// @param allocate makes a compressor of a level
/// @param compress compresses one buffer whole; answers 0 where the room is too small
/// @param free gives a compressor back
record Libdeflate(MethodHandle allocate, MethodHandle compress, MethodHandle free) {
    private static final String[] NAMES = {
        "libdeflate.so.0", "libdeflate.so", "libdeflate.dylib", "libdeflate.0.dylib", "deflate.dll"
    };

    private static final class Found {
        static final @Nullable Libdeflate LIBRARY = find();
    }

    /// The library; nothing where it is not there or programs may not be called.
    static Optional<Libdeflate> library() {
        return Optional.ofNullable(Found.LIBRARY);
    }

    @SuppressWarnings("restricted") // the functions are called as their header declares them
    private static @Nullable Libdeflate find() {
        for (String name : NAMES) {
            try {
                var lookup = SymbolLookup.libraryLookup(name, Arena.global());
                var linker = Linker.nativeLinker();
                return new Libdeflate(
                        linker.downcallHandle(
                                lookup.findOrThrow("libdeflate_alloc_compressor"),
                                FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT)),
                        linker.downcallHandle(
                                lookup.findOrThrow("libdeflate_deflate_compress"),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_LONG,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_LONG)),
                        linker.downcallHandle(
                                lookup.findOrThrow("libdeflate_free_compressor"),
                                FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)));
            } catch (IllegalArgumentException
                    | java.util.NoSuchElementException
                    | IllegalCallerException
                    | UnsupportedOperationException _) {
                // Not under this name, or not allowed: the JDK's own codec does the work.
            }
        }
        return null;
    }

    MemorySegment open(int level) {
        try {
            return (MemorySegment) allocate.invokeExact(level);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    long press(
            MemorySegment compressor, MemorySegment in, long length, MemorySegment out, long room) {
        try {
            return (long) compress.invokeExact(compressor, in, length, out, room);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    void close(MemorySegment compressor) {
        try {
            free.invokeExact(compressor);
        } catch (Throwable e) {
            throw broken(e);
        }
    }

    private static IllegalStateException broken(Throwable e) {
        return new IllegalStateException("a call of libdeflate failed", e);
    }
}
