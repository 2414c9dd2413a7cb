package dev.pathline.benchmarks.peers;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A setting of diffusers, in a process of its own that waits between its turns. */
final class PythonSide implements Side {

    private static final String READY = "ready";

    private final String setting;
    private final Path dump;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter orders;

    /**
     * Starts Python, which loads and warms the network beside what else is starting; {@link #await} waits for that.
     */
    PythonSide(Path script, PeerNetwork network, String setting, int batch, int threads) {
        this.setting = setting;
        this.dump = network.folder().resolve(setting + "-" + batch + ".bin");
        String python = System.getenv().getOrDefault("PYTHON", "python3");
        var builder = new ProcessBuilder(List.of(python, "-W", "ignore", script.toString(),
                network.folder().toString(), setting, Integer.toString(batch), Integer.toString(threads),
                dump.toString())).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        try {
            process = builder.start();
            answers = process.inputReader(StandardCharsets.UTF_8);
            orders = process.outputWriter(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until the network is warm.
     *
     * @throws IllegalStateException if it cannot be run; Python's message was on the standard error
     */
    void await() {
        try {
            if (!READY.equals(answers.readLine())) {
                throw new IllegalStateException("Python could not run the network with the setting " + setting);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return setting;
    }

    @Override
    public double millis(int times) {
        try {
            orders.write(times + "\n");
            orders.flush();
            return Double.parseDouble(answers.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public float[] output() {
        try {
            var numbers = ByteBuffer.wrap(Files.readAllBytes(dump)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            float[] output = new float[numbers.remaining()];
            numbers.get(output);
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
