package dev.pathline.engine.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Files that were safetensors before something happened to them; a seed gives the same ones each time. */
final class HeaderMutations {

    private static final List<String> NUMBERS = List.of("0", "-0", "-1", "1", "7", "1.0", "1.5", "1e2", "1e18",
            "1e999999999", "1000000000000000000", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
            "2147483647", "2147483648", "4294967296", "65536", "9".repeat(1500), "\"4\"", "null", "true", "[]", "{}",
            "NaN", "0x10", "");
    private static final List<String> TYPES = List.of("\"F32\"", "\"F16\"", "\"BF16\"", "\"F64\"", "\"I64\"",
            "\"BOOL\"",
            "\"U8\"", "\"F8_E4M3\"", "\"f32\"", "\"\"", "4", "null", "[\"F32\"]", "\"F32\\u0000\"");
    private static final List<String> NAMES = List.of("\"a\"", "\"b\"", "\"../../etc/passwd\"", "\"/dev/zero\"",
            "\"a\\u0000b\"", "\"\\ud800\"", "\"\\u001b[2J\\n\"", "\"\"", "\"__metadata__\"",
            "\"" + "n".repeat(5000) + "\"",
            "7", "null");
    private static final List<String> METADATA = List.of("{}", "{\"format\":\"pt\"}", "{\"k\":1}", "{\"k\":null}",
            "{\"k\":{\"k\":\"v\"}}", "{\"k\":\"v\",\"k\":\"w\"}", "[]", "\"text\"", "null", "3");
    private static final List<String> DEEP = List.of("[".repeat(20_000), "{\"a\":".repeat(20_000),
            "{\"a\":{\"shape\":" + "[".repeat(5000) + "]".repeat(5000) + "}}");

    private final SplittableRandom random;

    HeaderMutations(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The next file. */
    byte[] next() {
        byte[] file = switch (random.nextInt(12)) {
            case 0 -> file(one(DEEP).getBytes(StandardCharsets.UTF_8), random.nextInt(50));
            case 1 -> file(tensors(false), 0);
            default -> valid();
        };
        for (int k = random.nextInt(3); k > 0; k--) {
            file = damaged(file);
        }
        return file;
    }

    private byte[] valid() {
        boolean sound = random.nextInt(4) == 0;
        return file(tensors(sound), random.nextInt(6) == 0 ? random.nextInt(100) : dataBytes);
    }

    private int dataBytes;

    /** A header whose ranges fit; where it need not be sound, any of its words may be another. */
    private byte[] tensors(boolean sound) {
        var entries = new ArrayList<String>();
        dataBytes = 0;
        for (int i = random.nextInt(4); i >= 0; i--) {
            int elements = random.nextInt(4) == 0 ? 0 : random.nextInt(1, 20);
            String shape = random.nextBoolean() ? "[" + elements + "]" : "[1," + elements + ",1]";
            int end = dataBytes + 4 * elements;
            String offsets = "[" + maybe(sound, NUMBERS, dataBytes) + "," + maybe(sound, NUMBERS, end) + "]";
            dataBytes = end;
            entries.add(maybe(sound, NAMES, "\"t" + i + "\"") + ":{\"dtype\":" + maybe(sound, TYPES, "\"F32\"")
                    + ",\"shape\":" + (random.nextInt(8) > 0 || sound
                            ? shape
                            : "[" + one(NUMBERS) + "," + one(NUMBERS)
                                    + "]")
                    + ",\"data_offsets\":" + offsets + "}");
        }
        if (random.nextBoolean()) {
            entries.add("\"__metadata__\":" + maybe(sound, METADATA, "{\"format\":\"pt\"}"));
        }
        if (!sound && random.nextInt(4) == 0) {
            entries.add(one(entries));
        }
        String padding = " ".repeat(random.nextInt(20));
        return ("{" + String.join(",", entries) + "}" + padding).getBytes(StandardCharsets.UTF_8);
    }

    private String maybe(boolean sound, List<String> others, Object right) {
        return sound || random.nextInt(10) > 0 ? right.toString() : one(others);
    }

    private static byte[] file(byte[] header, int dataBytes) {
        return ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length)
                .put(header).array();
    }

    private byte[] damaged(byte[] file) {
        byte[] bytes = file.clone();
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> bytes = Arrays.copyOf(bytes, at + 1);
            case 3 -> {
                byte[] length = ByteBuffer.allocate(8).putLong(random.nextLong() >>> random.nextInt(64)).array();
                System.arraycopy(length, 0, bytes, 0, Math.min(8, bytes.length));
            }
            case 4 -> {
                // Bytes that are no UTF-8: overlong, a surrogate, a lone continuation, beyond Unicode.
                byte[][] wrong = {{(byte) 0xC0, (byte) 0x80}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {(byte) 0x80},
                    {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80}};
                byte[] chosen = wrong[random.nextInt(wrong.length)];
                System.arraycopy(chosen, 0, bytes, at, Math.min(chosen.length, bytes.length - at));
            }
            default -> {
                int from = random.nextInt(bytes.length);
                var spliced = new ByteArrayOutputStream();
                spliced.write(bytes, 0, Math.max(at, from));
                spliced.write(bytes, Math.min(at, from), bytes.length - Math.min(at, from));
                bytes = spliced.toByteArray();
            }
        }
        return bytes;
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
