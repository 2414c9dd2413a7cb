package dev.pathline.trainer.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The folders that a specification of a stranger may name data in. */
final class DataRoots {

    private final List<Path> roots;

    DataRoots(List<Path> roots) {
        this.roots = List.copyOf(roots);
    }

    /**
     * Returns why a path must not be read, a phrase that follows the field's name; empty if it may. A path that leaves
     * the folders is refused whether it exists or not, and so is a link inside that leads out.
     */
    Optional<String> refusal(String path) {
        Path plain;
        try {
            plain = Path.of(path).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            return Optional.of("is not a path");
        }
        if (roots.stream().noneMatch(root -> plain.startsWith(root.toAbsolutePath().normalize()))) {
            return Optional.of(outside());
        }
        try {
            Path real = plain.toRealPath();
            for (Path root : roots) {
                if (Files.exists(root) && real.startsWith(root.toRealPath())) {
                    return Optional.empty();
                }
            }
            return Optional.of(outside());
        } catch (IOException e) {
            return Optional.of("does not exist or cannot be read: " + path);
        }
    }

    private String outside() {
        return roots.isEmpty()
                ? "is refused: this server names no folder for data (pathline.trainer.data-roots)"
                : "must be in one of this server's folders for data: " + roots;
    }
}
