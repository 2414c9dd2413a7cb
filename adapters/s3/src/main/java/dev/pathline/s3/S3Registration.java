package dev.pathline.s3;

import dev.pathline.common.disk.Incoming;
import dev.pathline.common.model.FolderContent;
import dev.pathline.common.model.ModelFile;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.ModelManifest.State;
import dev.pathline.common.model.Versions;
import dev.pathline.common.port.ModelStore;
import dev.pathline.common.port.ModelStore.NewModel;
import dev.pathline.common.port.ModelStore.VersionTakenException;
import dev.pathline.common.port.RegistryUnavailableException;
import dev.pathline.common.registry.NewContent;
import dev.pathline.s3.S3Versions.Taken;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** One registration in a bucket: hashed here, its number claimed, uploaded, and then made visible. */
final class S3Registration {

    private static final int ATTEMPTS = 100;

    private final S3Objects objects;
    private final S3Versions versions;
    private final ModelCache cache;
    private final Clock clock;

    /** A claimed number, and the claim's tag. */
    private record Claim(ModelManifest manifest, String etag) {}

    /** What became of it. */
    record Result(String version, boolean created) {}

    S3Registration(S3Objects objects, S3Versions versions, ModelCache cache, Clock clock) {
        this.objects = objects;
        this.versions = versions;
        this.cache = cache;
        this.clock = clock;
    }

    Result run(NewModel model) throws IOException {
        objects.requireConditions();
        try (Incoming incoming = cache.incoming()) {
            Path folder = incoming.checkpoint();
            FolderContent content = NewContent.write(model, folder);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                List<Taken> there = versions.all(model.name());
                Optional<String> known = known(model, content, there);
                if (known.isPresent()) {
                    return new Result(known.get(), false);
                }
                Optional<Claim> claim = claim(model, content, folder, there);
                if (claim.isPresent()) {
                    finish(claim.get(), folder);
                    return new Result(claim.get().manifest().version(), true);
                }
            }
            throw S3Versions.contended("the model " + model.name());
        }
    }

    private Optional<String> known(NewModel model, FolderContent content, List<Taken> there) {
        String wanted = model.version();
        for (Taken one : there) {
            boolean asked = wanted == null || wanted.equals(one.version());
            if (asked && one.manifest().filter(manifest -> has(manifest, content) && versions.isWhole(manifest))
                    .isPresent()) {
                versions.move(model.name(), one.version(), State.RETIRED, State.READY);
                return Optional.of(one.version());
            }
            if (one.version().equals(wanted)) {
                throw new VersionTakenException("model " + model.name() + " has a version " + wanted
                        + " already, and versions are never overwritten; the next free one is "
                        + Versions.next(taken(there)));
            }
        }
        return Optional.empty();
    }

    private static boolean has(ModelManifest manifest, FolderContent content) {
        boolean whole = manifest.state() == State.READY || manifest.state() == State.RETIRED;
        return whole && manifest.sha256().equals(content.sha256());
    }

    private static List<String> taken(List<Taken> there) {
        return there.stream().map(Taken::version).toList();
    }

    private Optional<Claim> claim(NewModel model, FolderContent content, Path folder, List<Taken> there)
            throws IOException {
        String version = model.version() != null ? model.version() : Versions.next(taken(there));
        NewContent.setVersion(folder, content, version);
        ModelManifest manifest = ModelManifest.of(model.name(), version, clock.instant(), content.withCard(folder),
                model.lineage());
        return versions.claim(manifest).map(etag -> new Claim(manifest, etag));
    }

    private void finish(Claim claim, Path folder) throws IOException {
        ModelManifest manifest = claim.manifest();
        boolean done = false;
        try {
            for (ModelFile file : manifest.files()) {
                objects.put(S3Layout.folder(manifest.name(), manifest.version()) + file.path(),
                        folder.resolve(file.path()));
            }
            done = versions.swap(manifest, claim.etag());
        } finally {
            if (!done) {
                abandon(claim);
            }
        }
        if (!done) {
            throw new IOException("the claim of " + manifest.name() + "@" + manifest.version()
                    + " was taken away during its upload, as a sweep does after "
                    + ModelStore.WRITER_PATIENCE.toHours() + " hours: register it again");
        }
        cache.adopt(manifest, folder);
    }

    /** Where this fails too, a sweep does it later. */
    private void abandon(Claim claim) {
        ModelManifest manifest = claim.manifest();
        try {
            if (versions.swap(manifest.in(State.GONE, clock.instant()), claim.etag())) {
                versions.clear(manifest.name(), manifest.version());
            }
        } catch (RegistryUnavailableException _) {
            return;
        }
    }
}
