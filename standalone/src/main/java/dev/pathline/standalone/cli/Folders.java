package dev.pathline.standalone.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Options that name folders. */
final class Folders {

    private Folders() {}

    /**
     * Requires that a folder is there or can be made as far as names go.
     *
     * @param option what names it, for the message
     * @throws IllegalArgumentException if a file is in its place, or in that of a folder above it
     */
    static void require(String option, Path folder) {
        for (Path there = folder.toAbsolutePath(); there != null; there = there.getParent()) {
            if (Files.exists(there)) {
                if (Files.isDirectory(there)) {
                    return;
                }
                throw new IllegalArgumentException(option + " names a folder, but " + there + " is a file");
            }
        }
    }
}
