package dev.pathline.engine.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes a TorchScript archive: the zip of stored entries that {@code torch::jit::load} reads.
 *
 * <p>The archive holds code only. Its module has no parameters; weights are arguments of its methods. That keeps one
 * compiled program usable with every checkpoint of the same architecture, and lets Java own the weights.
 */
final class ScriptArchive {

    private static final String NAME = "Program";

    /** The pickle of an empty tuple: the archive has no tensor constants. */
    private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

    private ScriptArchive() {}

    /**
     * Returns the bytes of an archive.
     *
     * @param methods the methods of the module, as TorchScript text indented by two spaces
     */
    static byte[] write(String methods) {
        String code = "class " + NAME + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
                + methods;
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            store(zip, "version", "10\n".getBytes(StandardCharsets.US_ASCII));
            store(zip, "constants.pkl", EMPTY_TUPLE);
            store(zip, "data.pkl", moduleState());
            store(zip, "code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        return bytes.toByteArray();
    }

    /** A protocol 2 pickle of {@code __torch__.Program} with the state {@code {"training": True}}. */
    private static byte[] moduleState() throws IOException {
        var out = new ByteArrayOutputStream();
        beginState(out, "__torch__", NAME);
        endState(out);
        return out.toByteArray();
    }

    /** Begins the pickle of a module of a class; attributes follow, each a {@link #key} and a pickled value. */
    static void beginState(ByteArrayOutputStream out, String namespace, String className) throws IOException {
        out.write(0x80);
        out.write(2);
        out.write(("c" + namespace + "\n" + className + "\n").getBytes(StandardCharsets.US_ASCII));
        out.write(")\u0081}(".getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Writes the name of an attribute of at most 255 bytes. */
    static void key(ByteArrayOutputStream out, String name) throws IOException {
        byte[] key = name.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        out.write(new byte[]{(byte) key.length, 0, 0, 0});
        out.write(key);
    }

    /** Ends the pickle with the attribute {@code training}, which is true. */
    static void endState(ByteArrayOutputStream out) throws IOException {
        key(out, "training");
        // NEWTRUE, SETITEMS, BUILD, STOP
        out.write("\u0088ub.".getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void store(ZipOutputStream zip, String name, byte[] data) throws IOException {
        var crc = new CRC32();
        crc.update(data);
        zip.putNextEntry(stored(NAME + "/" + name, data.length, crc.getValue()));
        zip.write(data);
        zip.closeEntry();
    }

    /** libtorch maps entries into memory, so they must be stored, not deflated. */
    static ZipEntry stored(String name, long size, long crc) {
        var entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(size);
        entry.setCompressedSize(size);
        entry.setCrc(crc);
        entry.setTime(0);
        return entry;
    }
}
