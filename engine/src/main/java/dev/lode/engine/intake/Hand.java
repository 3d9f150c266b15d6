package dev.lode.engine.intake;

import dev.lode.core.ErrorKind;
import dev.lode.core.LodeException;
import dev.lode.core.pack.document.DocumentLimits;
import dev.lode.core.pack.document.DocumentSpec;
import dev.lode.core.place.Content;
import dev.lode.core.place.Place;
import dev.lode.engine.document.DocumentLoader;
import dev.lode.engine.document.IncomingFile;
import dev.lode.format.Decoders;
import dev.lode.postgres.Endurance;
import dev.lode.postgres.document.DocumentSession;
import dev.lode.postgres.document.DocumentTarget;
import dev.lode.postgres.document.FileResult;
import dev.lode.postgres.intake.Claim;
import dev.lode.postgres.intake.IntakeSession;
import dev.lode.postgres.intake.Leftover;
import dev.lode.postgres.intake.TakenOver;
import dev.lode.postgres.intake.Wanted;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes groups of files in: claims, reads, loads, lets them be moved. Belongs to one thread.
final class Hand implements AutoCloseable {
    private final Parts parts;
    private final IntakeSession session;
    private @Nullable DocumentTarget target;
    private @Nullable DocumentSession loading;

    /// What all hands of a watch share.
    ///
    /// @param limits of documents
    /// @param endurance how loads meet a server that is full
    /// @param once whether the watch ends by itself
    record Parts(
            Place incoming,
            Targets targets,
            Decoders decoders,
            DocumentLimits limits,
            Intray intray,
            Stow stow,
            Tally tally,
            Steps steps,
            Arrivals arrivals,
            Endurance endurance,
            boolean once,
            WatchSettings settings,
            java.time.InstantSource clock) {}

    /// What became of files cannot be found out, and this watch is not to wait for ever.
    static final class Unsettled extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unsettled(LodeException cause) {
            super(cause);
        }
    }

    /// @param session its own; closed with it
    Hand(Parts parts, IntakeSession session) {
        this.parts = parts;
        this.session = session;
    }

    static DocumentLimits limits(dev.lode.core.pack.Pack pack) {
        return pack.documents().map(DocumentSpec::limits).orElse(DocumentLimits.DEFAULT);
    }

    /// Takes in one group. Whatever goes wrong with a file ends with that file; the group is out of
    /// this hand when this returns.
    ///
    /// @throws LodeException when the server or the ledger is to blame; nothing is lost, and files
    ///   that were claimed are given back or known to be loaded
    void take(List<Wanted> group) throws InterruptedException {
        var claims = session.claim(group, parts.clock.instant());
        claims.later().forEach(parts.intray::putOff);
        for (var wanted : group) {
            if (claims.suspects().contains(wanted.file().key())) {
                parts.intray.suspect(wanted);
            }
        }
        if (claims.held().isEmpty()) {
            return;
        }
        claims.held().forEach(claim -> step("claimed", claim));
        try {
            load(claims.held());
        } catch (TakenOver | InterruptedException e) {
            throw e;
        } catch (LodeException e) {
            settle(claims.held(), e.getMessage() == null ? "" : e.getMessage(), false);
            throw e;
        } catch (StackOverflowError | OutOfMemoryError | RuntimeException e) {
            // What a file does to this process does not end it; the file is tried alone, and given
            // up when it does it again.
            closeLoading();
            settle(claims.held(), "ended with " + e, true);
            throw LodeException.bug(
                    claims.held().getFirst().file().key()
                            + (claims.held().size() == 1
                                    ? ""
                                    : " or " + (claims.held().size() - 1) + " others")
                            + ": ended its loader with "
                            + e
                            + "; tried alone next",
                    e);
        }
    }

    /// After a load whose end is not known: what the ledger has as decided goes on, the rest is
    /// given back. Files that this does not find out about would be nobody's, so it does not end
    /// before it has.
    private void settle(List<Claim> held, String reason, boolean died) throws InterruptedException {
        while (true) {
            try {
                settleOnce(held, reason, died);
                return;
            } catch (LodeException e) {
                if (parts.once || e.kind() == ErrorKind.BUG) {
                    throw new Unsettled(e);
                }
                parts.steps.trouble(e.getMessage() + "; Lode tries again");
                Thread.sleep(parts.settings.firstPause());
            }
        }
    }

    private void settleOnce(List<Claim> held, String reason, boolean died)
            throws InterruptedException {
        var decided = session.decided(held);
        session.release(held, parts.settings.firstPause(), died, died, reason);
        for (var claim : held) {
            if (decided.stream().noneMatch(one -> one.id() == claim.id())) {
                putOff(claim, parts.settings.firstPause());
            }
        }
        stow(decided);
    }

    private void putOff(Claim claim, Duration pause) {
        parts.intray.putOff(claim.file().key(), parts.clock.instant().plus(pause).plusMillis(100));
    }

    private void load(List<Claim> held) throws InterruptedException {
        var failures = new LinkedHashMap<Claim, Leftover.Failure>();
        var gone = new ArrayList<Long>();
        var again = new LinkedHashMap<Claim, String>();
        var files = new ArrayList<IncomingFile>();
        var claims = new HashMap<String, Claim>();
        for (var claim : held) {
            if (claim.deaths() >= parts.settings.deaths() && held.size() == 1) {
                failures.put(claim, failure(claim, ErrorKind.BUG, killer(claim)));
                continue;
            }
            switch (read(claim)) {
                case Held(byte[] bytes) -> {
                    files.add(new IncomingFile(claim.file().key(), bytes));
                    claims.put(claim.file().key(), claim);
                    step("read", claim);
                }
                case NotThere() -> gone.add(claim.id());
                case Unreadable(String reason, boolean heals) -> {
                    if (heals && claim.attempts() < parts.settings.attempts()) {
                        again.put(claim, reason);
                    } else {
                        failures.put(
                                claim,
                                failure(claim, heals ? ErrorKind.REMOTE : ErrorKind.DATA, reason));
                    }
                }
            }
        }
        session.end(gone, IntakeSession.End.GONE);
        var moving = new ArrayList<Leftover>();
        if (!files.isEmpty()) {
            for (var result : results(files)) {
                var claim = claims.get(result.name());
                if (claim != null) {
                    sort(result, claim, moving, failures, again);
                }
            }
        }
        retry(again);
        fail(failures, moving);
        stow(moving);
    }

    private String killer(Claim claim) {
        return claim.file().key()
                + ": killed the loader "
                + claim.deaths()
                + " times: its process died with this file in hand; nothing of it was loaded; lode"
                + " problem-bundle packs it for a bug report, lode retry takes it again";
    }

    private static Leftover.Failure failure(Claim claim, ErrorKind kind, String reason) {
        return new Leftover.Failure(kind, reason, claim.attempts());
    }

    private List<FileResult> results(List<IncomingFile> files) throws InterruptedException {
        var current = parts.targets.target();
        if (loading == null || target != current) {
            closeLoading();
            target = current;
            loading =
                    current.session(
                            session.applicationName(),
                            session.guard(),
                            parts.settings.session(),
                            parts.endurance);
        }
        try {
            return new DocumentLoader(parts.limits, parts.decoders, loading).load(files);
        } catch (LodeException e) {
            closeLoading();
            parts.targets.forget(current);
            throw e;
        }
    }

    private void sort(
            FileResult result,
            Claim claim,
            List<Leftover> moving,
            Map<Claim, Leftover.Failure> failures,
            Map<Claim, String> again) {
        switch (result) {
            case FileResult.Loaded loaded -> {
                parts.tally.loaded(
                        loaded.counts().rows(),
                        loaded.counts().rejected(),
                        claim.file().size(),
                        loaded.drift().stream().mapToLong(drift -> drift.count()).sum());
                step("loaded", claim);
                moving.add(done(claim));
            }
            case FileResult.Duplicate _ -> {
                parts.tally.duplicate();
                step("duplicate", claim);
                moving.add(done(claim));
            }
            case FileResult.Failed failed -> {
                boolean heals =
                        failed.kind() == ErrorKind.RESOURCE || failed.kind() == ErrorKind.REMOTE;
                if (heals && claim.attempts() < parts.settings.attempts()) {
                    again.put(claim, failed.reason());
                } else {
                    failures.put(claim, failure(claim, failed.kind(), failed.reason()));
                }
            }
        }
    }

    private static Leftover done(Claim claim) {
        return new Leftover(claim.id(), claim.file(), claim.processedKey(), Optional.empty());
    }

    private void retry(Map<Claim, String> again) throws InterruptedException {
        for (var each : again.entrySet()) {
            var claim = each.getKey();
            var pause = parts.settings.pause(claim.attempts());
            session.release(List.of(claim), pause, true, false, each.getValue());
            putOff(claim, pause);
            parts.steps.trouble(
                    claim.file().key()
                            + ": attempt "
                            + claim.attempts()
                            + " of "
                            + parts.settings.attempts()
                            + ": "
                            + each.getValue()
                            + "; tried again in "
                            + pause.toSeconds()
                            + " s");
        }
    }

    private void fail(Map<Claim, Leftover.Failure> failures, List<Leftover> moving)
            throws InterruptedException {
        if (failures.isEmpty()) {
            return;
        }
        session.failing(failures);
        failures.forEach(
                (claim, failure) -> {
                    parts.tally.failed();
                    parts.steps.failed(claim.file().key(), failure.reason());
                    step("failed", claim);
                    moving.add(
                            new Leftover(
                                    claim.id(),
                                    claim.file(),
                                    claim.failedKey(),
                                    Optional.of(failure)));
                });
    }

    private void stow(List<Leftover> moving) throws InterruptedException {
        if (!moving.isEmpty()) {
            // The commit is durable: nobody need tell of these files again.
            moving.forEach(file -> parts.arrivals.dealtWith(file.file().key()));
            parts.stow.move(moving, session);
        }
    }

    private void step(String step, Claim claim) {
        parts.steps.step(step, claim.file().key(), claim.id());
    }

    private sealed interface Read {}

    // Two of them are never compared.
    @SuppressWarnings("ArrayRecordComponent")
    private record Held(byte[] bytes) implements Read {}

    private record NotThere() implements Read {}

    private record Unreadable(String reason, boolean heals) implements Read {}

    private Read read(Claim claim) throws InterruptedException {
        var file = claim.file();
        long most = parts.limits.document().bytes();
        if (file.size() > most) {
            return new Unreadable(
                    file.key()
                            + ": is "
                            + file.size()
                            + " bytes long, "
                            + parts.limits.document()
                            + " at most are expected; not read; raise documents.limits.document of"
                            + " the pack if it is sound",
                    false);
        }
        try {
            return switch (parts.incoming.open(file)) {
                case Content.Bytes(var stream) -> {
                    try (stream) {
                        var bytes = stream.readNBytes((int) file.size() + 1);
                        yield bytes.length == file.size()
                                ? new Held(bytes)
                                : new Unreadable(
                                        file.key()
                                                + ": gave "
                                                + bytes.length
                                                + " bytes, "
                                                + file.size()
                                                + " are listed; not loaded",
                                        true);
                    }
                }
                // Its new version is seen with the next look.
                case Content.Changed() -> new NotThere();
                case Content.Gone() -> new NotThere();
            };
        } catch (InterruptedIOException e) {
            throw interrupted(e);
        } catch (IOException e) {
            return parts.incoming.find(file.key()).filter(file::sameVersion).isPresent()
                    ? new Unreadable(file.key() + ": reading it was cut short: " + e, true)
                    : new NotThere();
        } catch (LodeException e) {
            return new Unreadable(String.valueOf(e.getMessage()), true);
        }
    }

    private static InterruptedException interrupted(InterruptedIOException e) {
        var interrupted = new InterruptedException("interrupted while reading");
        interrupted.initCause(e);
        return interrupted;
    }

    private void closeLoading() {
        var session = loading;
        loading = null;
        if (session != null) {
            session.close();
        }
    }

    @Override
    public void close() {
        closeLoading();
        session.close();
    }
}
