package dev.pathline.common.model;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;

/**
 * The files of a checkpoint in a folder, hashed. Hidden files and the manifest are not part of it.
 *
 * @param card the card
 * @param files every file, by path
 * @param sha256 the hash of the content: the SHA-256 of the lines {@code HASH  PATH}, sorted by path, as
 *        {@code sha256sum} writes them. The card is hashed without its version and without the commit that trained,
 *        which do not change what the model is: one run's result is one content.
 */
public record FolderContent(ModelCard card, List<ModelFile> files, String sha256) {

    /** The card's file. */
    public static final String CARD = "pathline.json";

    /** Copies the list. */
    public FolderContent {
        files = List.copyOf(files);
    }

    /**
     * Reads a folder.
     *
     * @throws IOException if something cannot be read, or there is no card
     * @throws IllegalArgumentException if the card is malformed or a file has a name that a registry does not take
     */
    public static FolderContent of(Path folder) throws IOException {
        ModelCard card = ModelCardJson.read(folder.resolve(CARD));
        var files = new ArrayList<ModelFile>();
        for (Path file : files(folder)) {
            files.add(hash(folder, file));
        }
        return of(card, files);
    }

    /** Returns the same content after its card was written anew, with another version. */
    public FolderContent withCard(Path folder) throws IOException {
        var changed = new ArrayList<>(files);
        changed.removeIf(file -> file.path().equals(CARD));
        changed.add(hash(folder, folder.resolve(CARD)));
        return of(ModelCardJson.read(folder.resolve(CARD)), changed);
    }

    /** Whether two cards describe the same model, whatever their versions. */
    public static boolean sameModel(ModelCard a, ModelCard b) {
        return neutral(a).equals(neutral(b));
    }

    private static FolderContent of(ModelCard card, List<ModelFile> files) {
        List<ModelFile> sorted = files.stream().sorted(Comparator.comparing(ModelFile::path)).toList();
        var lines = new StringBuilder();
        for (ModelFile file : sorted) {
            String hash = file.path().equals(CARD)
                    ? Sha256.of(bytes(ModelCardJson.write(neutral(card))))
                    : file.sha256();
            lines.append(hash).append("  ").append(file.path()).append('\n');
        }
        return new FolderContent(card, sorted, Sha256.of(bytes(lines.toString())));
    }

    private static ModelCard neutral(ModelCard card) {
        return card.withVersion("").withTraining(card.training().withGitCommit(""));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ModelFile hash(Path folder, Path file) throws IOException {
        String path = folder.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
        return new ModelFile(path, Files.size(file), Sha256.of(file));
    }

    /** Returns the files that belong to a checkpoint's content. */
    public static List<Path> files(Path folder) throws IOException {
        var files = new ArrayList<Path>();
        Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                        return directory.equals(folder) || !hidden(directory)
                                ? FileVisitResult.CONTINUE
                                : FileVisitResult.SKIP_SUBTREE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (!hidden(file) && !file.equals(folder.resolve(ModelManifest.FILE))) {
                            files.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return files;
    }

    private static boolean hidden(Path path) {
        return String.valueOf(path.getFileName()).startsWith(".");
    }
}
