package dev.pathline.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hostile files: every one is read or refused with a sentence, whatever it claims, in little memory. */
class SafetensorsFuzzTest {

    private static final int CASES = 10_000;

    @TempDir
    private Path folder;

    @Test
    void shouldReadOrRefuseWhateverItIsGiven() throws IOException {
        long seed = System.nanoTime();
        var mutations = new HeaderMutations(seed);
        var outcomes = new TreeMap<String, Integer>();
        for (int i = 0; i < CASES; i++) {
            Path file = Files.write(folder.resolve("x.safetensors"), mutations.next());
            outcomes.merge(outcome("seed " + seed + ", case " + i, file), 1, Integer::sum);
        }
        // The mutations reach every check, and leave sound files too.
        assertThat(outcomes.keySet()).as("%s", outcomes).contains("read").hasSizeGreaterThan(20);
        assertThat(outcomes.get("read")).isGreaterThan(CASES / 20);
    }

    /** "read", or the words of the refusal without what differs from file to file. */
    private static String outcome(String which, Path file) {
        try {
            Safetensors.read(file);
            return "read";
        } catch (CheckpointException e) {
            assertThat(e.getMessage()).as(which).startsWith(file + " is not a usable safetensors file: ")
                    .hasSizeLessThan(file.toString().length() + 500).doesNotContainPattern("\\p{Cntrl}");
            return e.getMessage().substring(file.toString().length()).replaceAll("'[^']*'|-?\\d[\\d.]*|\\[.*]", "*");
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(which, e);
        }
    }

    /** In a process of its own, with a heap far smaller than what the files claim and no engine on its class path. */
    @Test
    void shouldStayWithinASmallHeap() throws Exception {
        var expected = new TreeMap<String, String>();
        expected.put(header("spaces", "{" + " ".repeat(99_000_000) + "}", 0), "read");
        expected.put(header("long name", "{\"" + "n".repeat(8_000_000) + "\":{}}", 0), "not JSON");
        expected.put(header("longer name", "{\"" + "n".repeat(20_000_000), 0), "not JSON");
        expected.put(header("long text", "{\"__metadata__\":{\"k\":\"" + "v".repeat(20_000_000) + "\"}}", 0),
                "not JSON");
        expected.put(header("much text", "{\"__metadata__\":{"
                + repeated(150_000, i -> "\"k" + i + "\":\"" + "v".repeat(90) + "\"") + "}}", 0), "more than 8000000");
        expected.put(header("many tensors", "{" + repeated(100_000,
                i -> "\"" + i + "\":{\"dtype\":\"F32\",\"shape\":[1,1,0],\"data_offsets\":[0,0]}") + "}", 0),
                "more than 50000 tensors");
        expected.put(header("as many as may be", "{" + repeated(50_000,
                i -> "\"" + i + "\":{\"dtype\":\"F32\",\"shape\":[1,1,0],\"data_offsets\":[0,0]}") + "}", 0), "read");
        expected.put(header("deep", "[".repeat(20_000_000), 0), "not a JSON object");
        expected.put(header("deep inside", "{\"a\":{\"shape\":" + "[".repeat(20_000_000), 0), "no integer");
        expected.put(header("huge number", "{\"a\":{\"shape\":[" + "9".repeat(20_000_000), 0), "not JSON");
        expected.put(header("huge claim", "{\"a\":{\"dtype\":\"F32\",\"shape\":[250000000000000000],"
                + "\"data_offsets\":[0,1000000000000000000]}}", 4), "claims bytes 0 to 1000000000000000000 of 4");
        String two = "\"dtype\":\"F32\",\"shape\":[500000000],\"data_offsets\":";
        String sparse = header("sparse", "{\"a\":{" + two + "[0,2000000000]},\"b\":{" + two
                + "[2000000000,4000000000]},\"c\":{" + two + "[4000000000,6000000000]}}", 6_000_000_000L);
        expected.put(sparse, "the Java heap may have");
        expected.put(header("nearly the heap", "{\"a\":{\"dtype\":\"F32\",\"shape\":[15000000],"
                + "\"data_offsets\":[0,60000000]}}", 60_000_000L), "do not fit into the Java heap now");
        Path length = folder.resolve("length");
        Files.write(length, ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN).putLong(1_000_000_000_000_000_000L)
                .array());
        expected.put(length.toString(), "header claims 1000000000000000000 bytes in a file of 40");

        List<String> lines = readInSmallHeap(expected.keySet().stream().toList());

        assertThat(lines).hasSameSizeAs(expected.keySet());
        int i = 0;
        for (String file : expected.keySet()) {
            String line = lines.get(i++);
            if (expected.get(file).equals("read")) {
                assertThat(line).isEqualTo("read");
            } else {
                assertThat(line).startsWith(file).contains(expected.get(file));
            }
        }
    }

    private static String repeated(int count, java.util.function.IntFunction<String> item) {
        return java.util.stream.IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(","));
    }

    /** A file with this header and so many zeros after it, which take no room on the disk. */
    private String header(String name, String header, long dataBytes) throws IOException {
        Path path = folder.resolve(name);
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
            file.write(json);
            file.setLength(8 + json.length + dataBytes);
        }
        return path.toString();
    }

    private static List<String> readInSmallHeap(List<String> files) throws Exception {
        String path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("djl") && !entry.contains("pytorch"))
                .collect(Collectors.joining(File.pathSeparator));
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
                        "-XX:MaxDirectMemorySize=8m", "-XX:+UseSerialGC", "-cp", path, SmallHeap.class.getName()));
        command.addAll(files);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var output = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = output.readAllLines();
            assertThat(process.waitFor()).as("%s", lines).isZero();
            return lines;
        }
    }

    /** Prints a line a file: "read", or why not. Anything else ends the process. */
    static final class SmallHeap {

        private SmallHeap() {}

        public static void main(String[] files) {
            for (String file : files) {
                try {
                    Safetensors.read(Path.of(file));
                    System.out.println("read");
                } catch (CheckpointException e) {
                    System.out.println(e.getMessage());
                }
            }
        }
    }
}
