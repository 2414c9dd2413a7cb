package dev.pathline.common.registry;

import dev.pathline.common.model.FolderContent;
import dev.pathline.common.model.ModelFile;
import dev.pathline.common.model.ModelManifest;
import dev.pathline.common.model.Sha256;
import dev.pathline.common.port.ModelStore.Verification;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compares the files of a version, wherever they are, with its manifest. */
public final class Verifier {

    private Verifier() {}

    /** Where files come from. */
    @FunctionalInterface
    public interface Source {

        /**
         * Opens a file of the model.
         *
         * @throws NoSuchFileException if there is none
         */
        InputStream open(String path) throws IOException;
    }

    /** Verifies a folder. */
    public static Verification ofFolder(ModelManifest manifest, Path folder) throws IOException {
        var present = new ArrayList<String>();
        for (Path file : FolderContent.files(folder)) {
            present.add(folder.relativize(file).toString());
        }
        return of(manifest, present, path -> Files.newInputStream(folder.resolve(path)));
    }

    /**
     * Verifies.
     *
     * @param present the files that are there, the manifest left out
     */
    public static Verification of(ModelManifest manifest, List<String> present, Source source) throws IOException {
        var problems = new ArrayList<String>();
        Set<String> unknown = new HashSet<>(present);
        for (ModelFile file : manifest.files()) {
            unknown.remove(file.path());
            try (InputStream in = source.open(file.path())) {
                String hash = Sha256.copy(in, OutputStream.nullOutputStream());
                if (!hash.equals(file.sha256())) {
                    problems.add(file.path() + " has SHA-256 " + hash + ", but was registered with " + file.sha256());
                }
            } catch (NoSuchFileException e) {
                problems.add(file.path() + " is missing");
            }
        }
        unknown.stream().sorted().forEach(path -> problems.add(path + " is there, but was not registered"));
        return new Verification(true, manifest.files().size(), problems);
    }
}
