package dev.pathline.s3;

import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.ModelManifest.State;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.RegistryUnavailableException;
import dev.pathline.common.registry.Wholeness;
import dev.pathline.s3.S3Objects.Listed;
import dev.pathline.s3.S3Objects.Tagged;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The life of versions in a bucket. A version's manifest is the one object that decides: it is made with
 * {@code If-None-Match} by whoever takes the number, and every later state replaces exactly the one that was read, so of two
 * who want to change it one wins, be it an uploader and a sweeper.
 */
final class S3Versions {

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

    /** A number that is taken; without a manifest if that cannot be read. */
    record Taken(String version, Optional<ModelManifest> manifest) {}

    /** Every version of a model in whatever state. */
    List<Taken> all(String name) {
        var all = new ArrayList<Taken>();
        for (Listed object : objects.list(name + "/")) {
            S3Layout.manifestOf(object.key()).ifPresent(place -> {
                try {
                    read(place.name(), place.version())
                            .ifPresent(read -> all.add(new Taken(place.version(), Optional.of(read.manifest()))));
                } catch (IllegalArgumentException e) {
                    // Its number stays taken; the catalogue reports it.
                    all.add(new Taken(place.version(), Optional.empty()));
                }
            });
        }
        return all;
    }

    /** Whether all files of a version are there. */
    boolean isWhole(ModelManifest manifest) {
        String folder = S3Layout.folder(manifest.name(), manifest.version());
        var sizes = new HashMap<String, Long>();
        objects.list(folder).forEach(object -> sizes.put(object.key().substring(folder.length()), object.bytes()));
        return Wholeness.incomplete(manifest, sizes).isEmpty();
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
    List<String> sweep() {
        Instant before = clock.instant().minus(ModelStore.WRITER_PATIENCE);
        var swept = new ArrayList<String>();
        for (Listed object : objects.list("")) {
            S3Layout.manifestOf(object.key()).ifPresent(place -> {
                if (isOver(place, before) && clear(place.name(), place.version())) {
                    swept.add(object.key().substring(0, object.key().lastIndexOf('/')));
                }
            });
        }
        return swept;
    }

    private boolean isOver(S3Layout.Place place, Instant before) {
        try {
            return read(place.name(), place.version()).filter(read -> isOver(read, before)).isPresent();
        } catch (IllegalArgumentException e) {
            // What the manifest says cannot be read, so nothing of the version is deleted; the catalogue reports it.
            return false;
        }
    }

    private boolean isOver(Read read, Instant before) {
        ModelManifest manifest = read.manifest();
        return switch (manifest.state()) {
            case GONE -> true;
            case UPLOADING -> manifest.since().isBefore(before)
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
