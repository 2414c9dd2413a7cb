package dev.pathline.engine.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a file is that lies in the weights' place and is no safetensors file: most are what a download left that went
 * otherwise than it was meant to, and their first bytes tell.
 */
final class Lookalike {

    /** As many bytes as are looked at: the mark of a tar archive is the farthest. */
    private static final int FIRST = 512;

    private static final int TAR_MARK = 257;
    private static final int MOST_SHOWN = 40;

    private static final String PICKLE = ", such as torch.save writes, which runs code when it is read: save it as"
            + " safetensors in Python (save_pretrained(DIR, safe_serialization=True))";

    private static final String EMPTY = "empty: a download or a copy has not begun";

    private static final String UNPACK = ": unpack it";

    /** A beginning in hexadecimal, and what has it. */
    private record Mark(String begin, String what) {}

    private static final List<Mark> MARKS = List.of(
            new Mark("504b0304", "a zip archive" + PICKLE),
            new Mark("504b0506", "an empty zip archive" + PICKLE),
            new Mark("8002", "a pickle" + PICKLE), new Mark("8003", "a pickle" + PICKLE),
            new Mark("8004", "a pickle" + PICKLE), new Mark("8005", "a pickle" + PICKLE),
            new Mark("1f8b", "compressed with gzip" + UNPACK),
            new Mark("28b52ffd", "compressed with zstd" + UNPACK),
            new Mark("fd377a585a00", "compressed with xz" + UNPACK),
            new Mark("425a68", "compressed with bzip2" + UNPACK),
            new Mark("377abcaf271c", "a 7z archive" + UNPACK),
            new Mark("89484446", "an HDF5 file, such as Keras writes; supported is safetensors"),
            new Mark("47475546", "a GGUF file; supported is safetensors"),
            new Mark("934e554d5059", "a NumPy array; supported is safetensors"),
            new Mark("89504e47", "a PNG image"), new Mark("ffd8ff", "a JPEG image"));

    private Lookalike() {}

    /** Returns what a file is, as the end of a sentence that begins with 'it is'; nothing where its bytes do not tell. */
    static Optional<String> of(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size == 0) {
            return Optional.of(EMPTY);
        }
        ByteBuffer first = ByteBuffer.allocate((int) Math.min(size, FIRST));
        SafetensorsHeader.readFully(channel, first, 0);
        return of(first.array());
    }

    /** Returns what bytes are the beginning of, in the same words. */
    static Optional<String> of(byte[] bytes) {
        if (bytes.length == 0) {
            return Optional.of(EMPTY);
        }
        String hex = HexFormat.of().formatHex(bytes);
        Optional<String> marked = MARKS.stream().filter(mark -> hex.startsWith(mark.begin())).map(Mark::what)
                .findFirst();
        return marked.or(() -> tar(bytes)).or(() -> text(bytes));
    }

    private static Optional<String> tar(byte[] bytes) {
        byte[] mark = "ustar".getBytes(StandardCharsets.US_ASCII);
        boolean tar = bytes.length >= TAR_MARK + mark.length
                && Arrays.equals(mark, Arrays.copyOfRange(bytes, TAR_MARK, TAR_MARK + mark.length));
        return tar ? Optional.of("a tar archive" + UNPACK) : Optional.empty();
    }

    private static Optional<String> text(byte[] bytes) {
        for (byte b : bytes) {
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t') {
                return Optional.empty();
            }
        }
        String text = new String(bytes, StandardCharsets.UTF_8).replace("\uFEFF", "").strip();
        if (text.isEmpty()) {
            return Optional.of("text of blanks alone");
        }
        String plain = text.toLowerCase(Locale.ROOT);
        if (plain.startsWith("version https://git-lfs") || plain.startsWith("version https://hawser")) {
            return Optional.of("a pointer of Git LFS, not the file that it stands for: fetch that with git lfs pull, or"
                    + " download it");
        }
        if (plain.startsWith("<!doctype html") || plain.startsWith("<html") || plain.contains("<html")) {
            return Optional
                    .of("a page of HTML, such as a server answers with for a login or an error: download the file"
                            + " again");
        }
        if (plain.startsWith("<?xml") || plain.startsWith("<error")) {
            return Optional.of("XML, such as a store answers with for an error: download the file again");
        }
        if (plain.startsWith("{") || plain.startsWith("[")) {
            return Optional.of("JSON: the answer of a server, or another file of the checkpoint");
        }
        return Optional.of("text, which begins " + HeaderJson.quoted(text.substring(0, Math.min(MOST_SHOWN,
                text.length())).lines().findFirst().orElse("")) + ": download the file again");
    }
}
