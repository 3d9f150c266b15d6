package dev.lode.cli;

import dev.lode.cli.settings.Setting;
import dev.lode.cli.settings.Settings;
import dev.lode.core.LodeException;
import dev.lode.core.pack.Pack;
import dev.lode.core.pack.S3Spec;
import dev.lode.core.place.Place;
import dev.lode.core.place.PlaceAddress;
import dev.lode.source.Source;
import dev.lode.source.folder.FolderSource;
import dev.lode.source.s3.BucketPlace;
import dev.lode.source.s3.S3Settings;
import dev.lode.source.s3.S3Source;
import dev.lode.source.sqs.SqsQueue;
import dev.lode.store.Disk;
import dev.lode.store.place.FolderPlace;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The source of a pack, as the settings change it.
final class Sources {
    private final Settings settings;

    Sources(Settings settings) {
        this.settings = settings;
    }

    /// @param from a folder instead of the pack's source
    /// @throws LodeException of kind USAGE when the pack has no source and no folder is named
    Source open(Pack pack, Optional<Path> from) {
        if (from.isPresent()) {
            return FolderSource.of(from.get());
        }
        var bucket = settings.text(Setting.S3_BUCKET).or(() -> pack.s3().map(s3 -> s3.bucket()));
        if (bucket.isEmpty()) {
            throw LodeException.usage(
                    "dataset '"
                            + pack.dataset()
                            + "': its pack names no source; give one with LODE_S3_BUCKET, or a"
                            + " folder with --from DIR");
        }
        return S3Source.of(
                s3(
                        bucket.get(),
                        settings.text(Setting.S3_PREFIX)
                                .or(() -> pack.s3().map(s3 -> s3.prefix()))
                                .orElse(""),
                        pack.s3()));
    }

    /// A place that files are copied or taken in from or to.
    ///
    /// @param base what folders that are not absolute are below
    Place place(PlaceAddress address, Path base) {
        return switch (address) {
            case PlaceAddress.Folder(var path) -> new FolderPlace(base.resolve(path), Disk.LOCAL);
            case PlaceAddress.Bucket(var bucket, var prefix) ->
                    BucketPlace.of(s3(bucket, prefix, Optional.empty()));
        };
    }

    /// A queue that tells of new objects of a place.
    SqsQueue queue(String url, PlaceAddress.Bucket place) {
        var s3 = s3(place.bucket(), place.prefix(), Optional.empty());
        return SqsQueue.of(
                new SqsQueue.Settings(
                        uri(url),
                        settings.text(Setting.QUEUE_ENDPOINT).map(Sources::uri),
                        s3.region(),
                        s3.access(),
                        place.bucket(),
                        place.prefix(),
                        Duration.ofSeconds(settings.number(Setting.QUEUE_HIDDEN, 2, 43_200)),
                        Duration.ofMillis(settings.number(Setting.POLL, 10, 3_600_000))));
    }

    private S3Settings s3(String bucket, String prefix, Optional<S3Spec> spec) {
        var endpoint = settings.text(Setting.S3_ENDPOINT).or(() -> spec.flatMap(S3Spec::endpoint));
        boolean pathStyle =
                settings.flag(Setting.S3_PATH_STYLE)
                        .orElseGet(
                                () ->
                                        endpoint.isPresent()
                                                || spec.map(S3Spec::pathStyle).orElse(false));
        boolean anonymous =
                settings.flag(Setting.S3_ANONYMOUS)
                        .orElseGet(() -> spec.map(S3Spec::anonymous).orElse(false));
        var standard = S3Settings.Limits.DEFAULT;
        var silence = Duration.ofSeconds(settings.number(Setting.FETCH_TIMEOUT, 1, 86_400));
        return new S3Settings(
                endpoint.map(Sources::uri),
                bucket,
                prefix,
                settings.text(Setting.S3_REGION)
                        .filter(_ -> settings.value(Setting.S3_REGION).isPresent())
                        .or(() -> spec.map(S3Spec::region))
                        .orElse("us-east-1"),
                pathStyle,
                anonymous
                        ? new S3Settings.Access.Anonymous()
                        : new S3Settings.Access.Chain(Optional.empty()),
                new S3Settings.Limits(
                        standard.pageSize(),
                        standard.mostPages(),
                        standard.connections(),
                        standard.connectTimeout(),
                        silence));
    }

    /// A bucket that is written to, with the credentials of the usual AWS places unless requests
    /// are said to be unsigned.
    S3Settings target(String bucket, String prefix) {
        var endpoint = settings.text(Setting.S3_ENDPOINT);
        boolean anonymous = settings.flag(Setting.S3_ANONYMOUS).orElse(false);
        return new S3Settings(
                endpoint.map(Sources::uri),
                bucket,
                prefix,
                settings.text(Setting.S3_REGION).orElse("us-east-1"),
                settings.flag(Setting.S3_PATH_STYLE).orElse(endpoint.isPresent()),
                anonymous
                        ? new S3Settings.Access.Anonymous()
                        : new S3Settings.Access.Chain(Optional.empty()),
                S3Settings.Limits.DEFAULT);
    }

    private static URI uri(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            throw LodeException.usage(
                    "s3-endpoint or queue: is not a URL at character " + e.getIndex());
        }
    }
}
