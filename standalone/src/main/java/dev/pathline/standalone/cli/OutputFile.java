package dev.pathline.standalone.cli;

import dev.pathline.engine.checkpoint.AtomicFiles;
import dev.pathline.engine.training.WriteFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the result of a command goes. A regular file appears whole or not at all and keeps the permissions it had; a link
 * is followed; what is no regular file (a device, a named pipe) is written into as a shell does; {@code -} is the standard
 * output. What could not be written is refused before the command does its work.
 */
final class OutputFile {

    /** What names the standard output. */
    static final String STANDARD_OUTPUT = "-";

    /** Links that lead to wherever it goes, which may be a file that has more than ours. */
    private static final Set<String> NAMES_OF_STANDARD_OUTPUT = Set.of(STANDARD_OUTPUT, "/dev/stdout", "/dev/fd/1",
            "/proc/self/fd/1");

    private static final Set<PosixFilePermission> WRITE = Set.of(PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final int MOST_LINKS = 40;

    private final Path name;
    private final Path target;
    private final String ending;

    private OutputFile(Path name, Path target, String ending) {
        this.name = name;
        this.target = target;
        this.ending = ending;
    }

    /**
     * A file to write.
     *
     * @param option what names it, for the messages
     * @param endings what a regular file's name may end in, in lower case and without the dot; the first is meant where a
     *        name has no ending, and by the standard output and what is no regular file
     * @throws IllegalArgumentException if the name ends in something else, or nothing can be written there
     */
    static OutputFile of(String option, Path name, List<String> endings) throws IOException {
        if (NAMES_OF_STANDARD_OUTPUT.contains(name.toString())) {
            Path standardOutput = Path.of(STANDARD_OUTPUT);
            return new OutputFile(standardOutput, standardOutput, endings.getFirst());
        }
        Path target = followed(option, name.toAbsolutePath());
        if (Files.isDirectory(target)) {
            throw new IllegalArgumentException(option + " names a file, but " + name + " is a folder");
        }
        if (special(target)) {
            return new OutputFile(name, target, endings.getFirst());
        }
        String ending = ending(name);
        if (!ending.isEmpty() && !endings.contains(ending)) {
            throw new IllegalArgumentException(option + " must end in ." + String.join(" or .", endings) + ", not in ."
                    + ending + ", which is not written here");
        }
        Path folder = target.getParent();
        if (folder != null) {
            Folders.require(option + " " + name, folder);
            if (Files.exists(folder) && !Files.isWritable(folder)) {
                throw new IllegalArgumentException(option + " " + name + ": the folder " + folder + " is read-only");
            }
        }
        if (Files.exists(target) && isReadOnly(target)) {
            throw new IllegalArgumentException(option + " " + name
                    + " is there already and read-only: choose another name, or make it writable");
        }
        return new OutputFile(name, target, ending.isEmpty() ? endings.getFirst() : ending);
    }

    /** What the content is to be, one of the endings. */
    String ending() {
        return ending;
    }

    /** Whether the content goes to the standard output, so that a message must not. */
    boolean isStandardOutput() {
        return name.toString().equals(STANDARD_OUTPUT);
    }

    /**
     * Writes the content.
     *
     * @throws IOException if it cannot be written; the message names the file
     */
    void write(byte[] content) throws IOException {
        if (isStandardOutput()) {
            System.out.write(content);
            if (System.out.checkError()) {
                throw new IOException("the standard output was closed before everything was written");
            }
            return;
        }
        try {
            if (special(target)) {
                writeInto(content);
            } else {
                AtomicFiles.write(target, content);
            }
        } catch (IOException e) {
            throw new IOException(name + " cannot be written: " + WriteFailure.reason(e), e);
        }
    }

    private void writeInto(byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    /** The file that a link leads to, which need not be there. */
    private static Path followed(String option, Path link) throws IOException {
        Path path = link;
        for (int links = 0; Files.isSymbolicLink(path) && !special(path); links++) {
            if (links == MOST_LINKS) {
                throw new IllegalArgumentException(option + " " + link + " is a link that leads back to itself");
            }
            path = path.resolveSibling(Files.readSymbolicLink(path));
        }
        return path.normalize();
    }

    private static boolean special(Path path) {
        return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    }

    /**
     * Whether a file is not to be written. Also for an administrator, whom no permission stops: who takes them away wants the
     * file to stay as it is.
     */
    static boolean isReadOnly(Path file) throws IOException {
        @Nullable
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return !Files.isWritable(file)
                || (view != null && view.readAttributes().permissions().stream().noneMatch(WRITE::contains));
    }

    private static String ending(Path name) {
        String file = String.valueOf(name.getFileName());
        int dot = file.lastIndexOf('.');
        return dot <= 0 ? "" : file.substring(dot + 1).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return isStandardOutput() ? "standard output" : name.toString();
    }
}
