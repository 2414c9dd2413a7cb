package dev.pathline.common.inprocess;

import dev.pathline.common.model.UnsealedCheck;
import dev.pathline.common.disk.Disk;
import dev.pathline.common.disk.FolderLock;
import dev.pathline.common.disk.Incoming;
import dev.pathline.common.model.FolderContent;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.ModelManifest.State;
import dev.pathline.common.model.Versions;
import dev.pathline.common.port.ModelStore.NewModel;
import dev.pathline.common.port.ModelStore.VersionTakenException;
import dev.pathline.common.registry.NewContent;
import dev.pathline.diffusion.card.ModelCardJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One registration in a directory: written beside its place, hashed, then moved there under the lock. */
final class DirectoryRegistration {

    private final ModelHome home;
    private final List<ModelHome> homes;
    private final Incoming incoming;
    private final Clock clock;
    private final UnsealedCheck unsealed;
    private String version = "";

    /**
     * A registration.
     *
     * @param home where the model goes
     * @param homes where it may be already, {@code home} included
     * @param unsealed says of a folder without a manifest whether it is whole
     */
    DirectoryRegistration(ModelHome home, List<ModelHome> homes, Incoming incoming, Clock clock,
            UnsealedCheck unsealed) {
        this.home = home;
        this.homes = homes;
        this.incoming = incoming;
        this.clock = clock;
        this.unsealed = unsealed;
    }

    /** The version that has the content; known after {@link #run}. */
    String version() {
        return version;
    }

    /** Returns whether the version is new. */
    boolean run(NewModel model) throws IOException {
        FolderContent content = NewContent.write(model, incoming.checkpoint());
        Disk.forceTree(incoming.checkpoint());
        try (var _ = FolderLock.take(home.folder())) {
            Optional<String> known = known(model, content);
            if (known.isPresent()) {
                version = known.get();
                return false;
            }
            version = model.version() != null ? model.version() : Versions.next(taken());
            NewContent.setVersion(incoming.checkpoint(), content, version);
            Instant now = clock.instant();
            ModelManifest manifest = ModelManifest.of(model.name(), version, now,
                    content.withCard(incoming.checkpoint()), model.lineage());
            Disk.write(incoming.checkpoint().resolve(ModelManifest.FILE), manifest.write());
            Files.move(incoming.checkpoint(), home.version(version), StandardCopyOption.ATOMIC_MOVE);
            Disk.force(home.folder());
            return true;
        }
    }

    /** A wanted version is this content, is free, or is taken; without a wish, any version with this content will do. */
    private Optional<String> known(NewModel model, FolderContent content) throws IOException {
        String wanted = model.version();
        for (ModelHome place : homes) {
            for (String candidate : place.versions()) {
                boolean asked = wanted == null || wanted.equals(candidate);
                if (asked && has(place, candidate, content)) {
                    return Optional.of(candidate);
                }
                if (candidate.equals(wanted)) {
                    throw new VersionTakenException("model " + model.name() + " has a version " + wanted + " in "
                            + place.folder() + " already, and versions are never overwritten; the next free one is "
                            + Versions.next(taken()));
                }
            }
        }
        return Optional.empty();
    }

    private boolean has(ModelHome place, String candidate, FolderContent content) throws IOException {
        try {
            Optional<ModelManifest> manifest = place.manifest(candidate);
            if (manifest.isPresent()) {
                State state = manifest.get().state();
                boolean same = state != State.GONE && manifest.get().sha256().equals(content.sha256())
                        && place.incomplete(candidate, manifest, unsealed).isEmpty();
                if (same && state == State.RETIRED) {
                    place.writeManifest(manifest.get().in(State.READY, clock.instant()));
                }
                return same;
            }
            // Only where the cards agree is it worth reading the weights.
            Path folder = place.version(candidate);
            return place.hasCard(candidate)
                    && FolderContent.sameModel(ModelCardJson.read(folder.resolve(FolderContent.CARD)), content.card())
                    && FolderContent.of(folder).sha256().equals(content.sha256());
        } catch (IllegalArgumentException e) {
            // A broken version is another one, as one is that is not whole.
            return false;
        }
    }

    private List<String> taken() throws IOException {
        var taken = new ArrayList<String>();
        for (ModelHome place : homes) {
            taken.addAll(place.versions());
        }
        return taken;
    }
}
