package dev.pathline.common.s3;

import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.ModelManifest.State;
import dev.pathline.common.port.RegistryUnavailableException;
import dev.pathline.common.s3.S3Objects.Listed;
import dev.pathline.common.s3.S3Objects.Tagged;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The life of versions in a bucket. A version's manifest is the one object that decides: it is made with
 * {@code If-None-Match} by whoever takes the number, and every later state replaces exactly the one that was read, so of two
 * who want to change it one wins, be it an uploader and a sweeper.
 */
final class S3Versions {

    /** An upload that took longer is taken for dead. */
    static final Duration UPLOAD_PATIENCE = Duration.ofDays(1);

    private static final int ATTEMPTS = 20;

    private final S3Objects objects;
    private final Clock clock;

    /** A manifest as it was read. */
    record Read(ModelManifest manifest, String etag) {}

    S3Versions(S3Objects objects, Clock clock) {
        this.objects = objects;
        this.clock = clock;
    }

    Optional<Read> read(String name, String version) {
        return objects.get(S3Layout.manifest(name, version), ModelManifest.MAX_BYTES)
                .map((Tagged read) -> new Read(ModelManifest.read(read.bytes(), name, version), read.etag()));
    }

    /** Every version of a model in whatever state. */
    List<Read> all(String name) {
        var all = new ArrayList<Read>();
        for (Listed object : objects.list(name + "/")) {
            S3Layout.manifestOf(object.key()).flatMap(place -> read(place.name(), place.version())).ifPresent(all::add);
        }
        return all;
    }

    /** Takes a number for an upload; returns the tag of the claim, or empty if somebody has it. */
    Optional<String> claim(ModelManifest manifest) {
        return objects.swap(key(manifest), manifest.in(State.UPLOADING, clock.instant()).write(), null);
    }

    /** Replaces a manifest if it is still the one with this tag. */
    boolean swap(ModelManifest manifest, String etag) {
        return objects.swap(key(manifest), manifest.write(), etag).isPresent();
    }

    /** Moves a version from one state to another; false if it is not, or no longer, in the first. */
    boolean move(String name, String version, State from, State to) {
        return moveIf(name, version, from, to, () -> true);
    }

    /** Moves a version if a condition holds. */
    boolean moveIf(String name, String version, State from, State to, BooleanSupplier condition) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<Read> read = read(name, version);
            if (read.isEmpty() || read.get().manifest().state() != from || !condition.getAsBoolean()) {
                return false;
            }
            if (swap(read.get().manifest().in(to, clock.instant()), read.get().etag())) {
                return true;
            }
        }
        throw contended(name + "@" + version);
    }

    /** Deletes everything of a version but its manifest; returns whether there was anything. */
    boolean clear(String name, String version) {
        boolean any = false;
        for (Listed object : objects.list(S3Layout.folder(name, version))) {
            if (!object.key().equals(S3Layout.manifest(name, version))) {
                objects.delete(object.key());
                any = true;
            }
        }
        objects.delete(S3Layout.hold(name, version));
        return any;
    }

    /** Ends what died in the middle; returns what was deleted. */
    List<String> sweep(Instant before) {
        var swept = new ArrayList<String>();
        for (Listed object : objects.list("")) {
            Optional<Read> read = S3Layout.manifestOf(object.key())
                    .flatMap(place -> read(place.name(), place.version()));
            if (read.isPresent() && isOver(read.get(), before)
                    && clear(read.get().manifest().name(), read.get().manifest().version())) {
                swept.add(object.key().substring(0, object.key().lastIndexOf('/')));
            }
        }
        return swept;
    }

    private boolean isOver(Read read, Instant before) {
        ModelManifest manifest = read.manifest();
        return switch (manifest.state()) {
            case GONE -> true;
            case UPLOADING -> manifest.since().plus(UPLOAD_PATIENCE).isBefore(before)
                    && swap(manifest.in(State.GONE, clock.instant()), read.etag());
            case READY, RETIRED -> false;
        };
    }

    static RegistryUnavailableException contended(String what) {
        return new RegistryUnavailableException(what + " was changed by others again and again: try again",
                new IllegalStateException("no conditional write got through"));
    }

    private static String key(ModelManifest manifest) {
        return S3Layout.manifest(manifest.name(), manifest.version());
    }
}
