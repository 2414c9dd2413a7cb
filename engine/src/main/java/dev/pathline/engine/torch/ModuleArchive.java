package dev.pathline.engine.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Puts a module of our own around that of another program.
 *
 * <p>Implementation note. DJL aborts the JVM when a module returns bfloat16, and our tick is one script; both want the
 * foreign module inside a script of ours. An archive's state is one pickle, so the outer module's pickle is written
 * around the inner one: the same bytes without their first two (the protocol) and their last (STOP) are an object, and
 * become the value of the attribute {@code inner}. All other entries are copied. The outer class has a namespace of its
 * own, in a file that the inner archive does not have. References into the pickle's memo stay right, because the outer
 * part makes none.
 */
final class ModuleArchive {

    private static final int BUFFER = 1 << 16;

    private static final String STATE = "data.pkl";
    private static final String NAMESPACE = "pathline_outer";

    /** What compressed entries, which hold code, may add to a file. */
    private static final long MAX_INFLATED_BYTES = 256L << 20;

    private static final int MAX_STATE_BYTES = 64 << 20;

    /** A pickle of protocol 2 that begins with a class, as that of a module does. */
    private static final Pattern BEGINNING = Pattern.compile("^\\x80\\x02c(__torch__[\\w.]*)\\n(\\w+)\\n");

    private ModuleArchive() {}

    /**
     * Writes an archive whose module has the methods, and the module of {@code source} as {@code self.inner}.
     *
     * @param methods TorchScript text indented by two spaces
     * @throws IllegalArgumentException if {@code source} is not a TorchScript archive
     * @throws IOException if it cannot be read, or {@code target} not be written
     */
    static void wrap(Path source, Path target, String methods) throws IOException {
        try (var zip = new ZipFile(source.toFile()); var out = new ZipOutputStream(Files.newOutputStream(target))) {
            List<? extends ZipEntry> entries = Collections.list(zip.entries());
            ZipEntry stateEntry = stateEntry(entries);
            String root = stateEntry.getName().substring(0, stateEntry.getName().length() - STATE.length());
            requireBounded(entries, Files.size(source));
            for (ZipEntry entry : entries) {
                if (!entry.getName().equals(stateEntry.getName())) {
                    try (InputStream content = zip.getInputStream(entry)) {
                        begin(out, entry.getName(), entry.getSize(), entry.getCrc());
                        copy(content, out, entry.getSize());
                        out.closeEntry();
                    }
                }
            }
            byte[] state = state(zip, stateEntry);
            put(out, root + STATE, outerState(state));
            put(out, root + "code/__torch__/" + NAMESPACE + ".py",
                    ("class Outer(Module):\n  __parameters__ = []\n  __buffers__ = []\n  inner : " + className(state)
                            + "\n  training : bool\n" + methods).getBytes(StandardCharsets.UTF_8));
        } catch (ZipException e) {
            throw new IllegalArgumentException("it is not a whole zip archive: " + e.getMessage(), e);
        }
    }

    /** An entry may inflate to more than it says. */
    private static void copy(InputStream content, OutputStream out, long size) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long left = size;
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            left -= n;
            if (left < 0) {
                throw new ZipException("an entry is larger than it says");
            }
            out.write(buffer, 0, n);
        }
    }

    private static ZipEntry stateEntry(List<? extends ZipEntry> entries) {
        boolean code = entries.stream().anyMatch(entry -> entry.getName().matches("[^/]+/code/.+"));
        return entries.stream().filter(entry -> code && entry.getName().matches("[^/]+/data\\.pkl")).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("it holds no TorchScript module; write one with"
                        + " torch.jit.script(module).save or torch.jit.trace"));
    }

    private static void requireBounded(List<? extends ZipEntry> entries, long fileSize) {
        long total = 0;
        for (ZipEntry entry : entries) {
            total += entry.getSize();
            if (entry.getSize() < 0 || total > fileSize + MAX_INFLATED_BYTES) {
                throw new IllegalArgumentException("its entries are larger than they may be");
            }
        }
    }

    private static byte[] state(ZipFile zip, ZipEntry entry) throws IOException {
        if (entry.getSize() > MAX_STATE_BYTES) {
            throw new IllegalArgumentException("its state has " + entry.getSize() + " bytes");
        }
        try (InputStream content = zip.getInputStream(entry)) {
            byte[] state = content.readNBytes(MAX_STATE_BYTES);
            if (crc(state) != entry.getCrc()) {
                throw new ZipException("its state was changed");
            }
            return state;
        }
    }

    private static String className(byte[] state) {
        Matcher matcher = BEGINNING
                .matcher(new String(state, 0, Math.min(state.length, 1000), StandardCharsets.ISO_8859_1));
        if (!matcher.find() || state[state.length - 1] != '.') {
            throw new IllegalArgumentException("its state is not that of a TorchScript module");
        }
        return matcher.group(1) + "." + matcher.group(2);
    }

    private static byte[] outerState(byte[] inner) throws IOException {
        className(inner);
        var out = new ByteArrayOutputStream();
        ScriptArchive.beginState(out, "__torch__." + NAMESPACE, "Outer");
        ScriptArchive.key(out, "inner");
        out.write(inner, 2, inner.length - 3);
        ScriptArchive.endState(out);
        return out.toByteArray();
    }

    private static void put(ZipOutputStream out, String name, byte[] data) throws IOException {
        begin(out, name, data.length, crc(data));
        out.write(data);
        out.closeEntry();
    }

    private static long crc(byte[] data) {
        var crc = new CRC32();
        crc.update(data);
        return crc.getValue();
    }

    private static void begin(ZipOutputStream out, String name, long size, long crc) throws IOException {
        out.putNextEntry(ScriptArchive.stored(name, size, crc));
    }
}
