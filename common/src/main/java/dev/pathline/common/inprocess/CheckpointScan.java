package dev.pathline.common.inprocess;

import dev.pathline.common.model.UnsealedCheck;
import dev.pathline.common.model.FolderContent;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.registry.Catalog;
import dev.pathline.common.registry.Wholeness;
import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One look at the directories of a registry. */
final class CheckpointScan {

    private final Catalog.Builder catalog = new Catalog.Builder();
    private final UnsealedCheck unsealed;

    private CheckpointScan(UnsealedCheck unsealed) {
        this.unsealed = unsealed;
    }

    static Catalog of(List<Path> roots, UnsealedCheck unsealed) {
        var scan = new CheckpointScan(unsealed);
        for (Path root : roots) {
            scan.homes(root).forEach(scan::scan);
        }
        return scan.catalog.build();
    }

    private void scan(ModelHome home) {
        try {
            catalog.aliases(home.name(), home.aliases());
        } catch (IOException | IllegalArgumentException e) {
            catalog.broken(home.aliasesFile().toString(), String.valueOf(e.getMessage()));
        }
        try {
            for (String version : home.versions()) {
                if (home.hasCard(version) || home.hasManifest(version)) {
                    scan(home, version);
                } else {
                    scanBeginning(home, version);
                }
            }
        } catch (IOException e) {
            catalog.broken(home.folder().toString(), "it cannot be listed: " + e.getMessage());
        }
    }

    /** A copy may begin with the weights. */
    private void scanBeginning(ModelHome home, String version) {
        Path folder = home.version(version).toAbsolutePath().normalize();
        try {
            if (home.hasBegun(version)) {
                catalog.broken(folder.toString(), Wholeness.reason(FolderContent.CARD));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // It went while it was looked at: there is no such version.
        } catch (IOException e) {
            catalog.broken(folder.toString(), "it cannot be listed: " + e.getMessage());
        }
    }

    private void scan(ModelHome home, String version) {
        Path folder = home.version(version).toAbsolutePath().normalize();
        Path file = folder.resolve(ModelManifest.FILE);
        try {
            Optional<ModelManifest> manifest = home.manifest(version);
            if (manifest.isPresent() && manifest.get().state() == ModelManifest.State.GONE) {
                return;
            }
            Optional<String> incomplete = manifest.isEmpty() || manifest.get().state() == ModelManifest.State.READY
                    ? home.incomplete(version, manifest, unsealed)
                    : Optional.empty();
            if (incomplete.isPresent()) {
                catalog.broken(folder.toString(), Wholeness.reason(incomplete.get()));
                return;
            }
            file = folder.resolve(FolderContent.CARD);
            ModelCard card = ModelCardJson.read(file);
            Instant created = manifest.isPresent()
                    ? manifest.get().createdAt()
                    : Files.getLastModifiedTime(file).toInstant();
            catalog.add(home.name(), version, folder.toString(), card, created, manifest.orElse(null));
        } catch (NoSuchFileException e) {
            catalog.broken(file.toString(), "it is missing");
        } catch (IOException | IllegalArgumentException e) {
            catalog.broken(file.toString(), String.valueOf(e.getMessage()));
        }
    }

    private List<ModelHome> homes(Path root) {
        try {
            return homesIn(root);
        } catch (IOException e) {
            catalog.broken(root.toString(), "it cannot be listed: " + e.getMessage());
            return List.of();
        }
    }

    /** The folders of models in a root, by name. */
    static List<ModelHome> homesIn(Path root) throws IOException {
        var found = new ArrayList<Path>();
        if (Files.isDirectory(root)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(root,
                    entry -> Files.isDirectory(entry) && !String.valueOf(entry.getFileName()).startsWith("."))) {
                entries.forEach(found::add);
            }
        }
        return found.stream().sorted().map(ModelHome::new).toList();
    }
}
