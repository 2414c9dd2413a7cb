package dev.pathline.common.inprocess;

import dev.pathline.common.model.UnsealedCheck;
import dev.pathline.common.disk.Disk;
import dev.pathline.common.model.FolderContent;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.ModelNames;
import dev.pathline.common.registry.RegistryJson;
import dev.pathline.common.registry.Wholeness;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The folder of one model in one root.
 *
 * <pre>
 * aliases.json                    {"champion": "3"}
 * 3/pathline.json, 3/unet/...     a version
 * 3/manifest.json                 its files and hashes; all that is left of it when it is gone
 * .holds/3.json                   until when somebody needs it
 * .incoming-ID/                   a registration under way
 * .lock                           held while one of the above is changed
 * </pre>
 *
 * @param folder the folder, which may not exist
 */
record ModelHome(Path folder) {

    private static final String ALIASES = "aliases.json";
    private static final String HOLDS = ".holds";
    private static final String JSON = ".json";

    /** The model's name. */
    String name() {
        return String.valueOf(folder.getFileName());
    }

    /** The folder of a version. */
    Path version(String version) {
        return folder.resolve(version);
    }

    /** Every number and word that is taken, also by versions that are gone. */
    List<String> versions() throws IOException {
        var found = new ArrayList<String>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
                entries.forEach(entry -> found.add(String.valueOf(entry.getFileName())));
            }
        }
        found.removeIf(version -> !ModelNames.isName(version));
        found.sort(null);
        return found;
    }

    /** Whether a folder that has neither card nor manifest is called like a numbered version, and has something in it. */
    boolean hasBegun(String version) throws IOException {
        if (!version.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(version(version))) {
            return entries.iterator().hasNext();
        }
    }

    /**
     * Reads a version's manifest.
     *
     * @return empty if there is none
     * @throws IllegalArgumentException if there is something else
     */
    Optional<ModelManifest> manifest(String version) throws IOException {
        Path file = version(version).resolve(ModelManifest.FILE);
        try {
            if (Files.size(file) > ModelManifest.MAX_BYTES) {
                throw new IllegalArgumentException("it is larger than any manifest");
            }
            return Optional.of(ModelManifest.read(Files.readAllBytes(file), name(), version));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Replaces a version's manifest. */
    void writeManifest(ModelManifest manifest) throws IOException {
        Disk.write(version(manifest.version()).resolve(ModelManifest.FILE), manifest.write());
    }

    /** Deletes the files of a version whose manifest says that it is gone; returns whether there were any. */
    boolean clear(String version) throws IOException {
        boolean any = false;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(version(version),
                entry -> !entry.endsWith(ModelManifest.FILE))) {
            for (Path entry : entries) {
                Disk.deleteTree(entry);
                any = true;
            }
        }
        Files.deleteIfExists(hold(version));
        return any;
    }

    /**
     * Reads the aliases.
     *
     * @throws IllegalArgumentException if the file holds something else
     */
    SortedMap<String, String> aliases() throws IOException {
        try {
            return RegistryJson.aliases(Files.readAllBytes(aliasesFile()));
        } catch (NoSuchFileException e) {
            return new TreeMap<>();
        }
    }

    /** The file of the aliases. */
    Path aliasesFile() {
        return folder.resolve(ALIASES);
    }

    /** Replaces the aliases. */
    void writeAliases(Map<String, String> aliases) throws IOException {
        Disk.write(aliasesFile(), RegistryJson.aliases(aliases));
    }

    /** Returns until when versions are held. */
    Map<String, Instant> holds() throws IOException {
        var holds = new HashMap<String, Instant>();
        Path holdsFolder = folder.resolve(HOLDS);
        if (Files.isDirectory(holdsFolder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(holdsFolder, "[!.]*" + JSON)) {
                for (Path file : files) {
                    String name = String.valueOf(file.getFileName());
                    readHold(file).ifPresent(
                            until -> holds.put(name.substring(0, name.length() - JSON.length()), until));
                }
            }
        }
        return holds;
    }

    /** A hold that cannot be read holds for ever, which loses nothing; empty if it was deleted meanwhile. */
    private static Optional<Instant> readHold(Path file) {
        try {
            return Optional.of(RegistryJson.hold(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Instant.MAX);
        }
    }

    /** Writes until when a version is held. */
    void writeHold(String version, Instant until) throws IOException {
        Files.createDirectories(folder.resolve(HOLDS));
        Disk.write(hold(version), RegistryJson.hold(until));
    }

    private Path hold(String version) {
        return folder.resolve(HOLDS).resolve(version + JSON);
    }

    /**
     * Returns the first file of a version that is missing or not complete; nothing where all are there.
     *
     * @param manifest the version's manifest, or nothing where it has none
     * @param unsealed looks at a folder without a manifest
     */
    Optional<String> incomplete(String version, Optional<ModelManifest> manifest, UnsealedCheck unsealed) {
        Path place = version(version);
        return manifest.isPresent()
                ? Wholeness.incomplete(manifest.get(), path -> size(place.resolve(path)))
                : unsealed.incomplete(place);
    }

    private static OptionalLong size(Path file) {
        try {
            return Files.isRegularFile(file) ? OptionalLong.of(Files.size(file)) : OptionalLong.empty();
        } catch (IOException e) {
            // Gone since it was looked for.
            return OptionalLong.empty();
        }
    }

    /** Whether a version has a manifest, be it broken. */
    boolean hasManifest(String version) {
        return Files.isRegularFile(version(version).resolve(ModelManifest.FILE));
    }

    /** Whether a version has a card, and so is a model. */
    boolean hasCard(String version) {
        return Files.isRegularFile(version(version).resolve(FolderContent.CARD));
    }
}
