package dev.pathline.api.models;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the samples of a model are distributed by, where that is known exactly: the model's network is the closed form of a
 * mixture of Gaussians, and its weights are the mixture.
 *
 * @param components the Gaussians
 * @param shares how much of each there is: a list for each class, in the classes' order, and last the list for a sample
 *        without a class; each sums to 1
 */
public record KnownMixture(List<Gaussian> components, List<List<Double>> shares) {

    private static final String NETWORK = "GaussianMixtureNet";
    /** Larger is no mixture that anybody looks at. */
    private static final long MAX_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Copies the lists. */
    public KnownMixture {
        components = List.copyOf(components);
        shares = shares.stream().map(List::copyOf).toList();
    }

    /**
     * One Gaussian, the same in every direction.
     *
     * @param mean its middle
     * @param std its standard deviation
     */
    public record Gaussian(List<Double> mean, double std) {

        /** Copies the list. */
        public Gaussian {
            mean = List.copyOf(mean);
        }
    }

    /**
     * Reads the mixture of a checkpoint; empty if its network is another, or its weights are not in float32.
     *
     * @param folder the checkpoint's
     */
    static Optional<KnownMixture> read(Path folder) {
        Path config = folder.resolve("network/config.json");
        Path weights = folder.resolve("network/diffusion_pytorch_model.safetensors");
        try {
            if (!small(config) || !small(weights)
                    || !JSON.readTree(Files.readString(config)).path("_class_name").asString("").equals(NETWORK)) {
                return Optional.empty();
            }
            return Optional.of(mixture(ByteBuffer.wrap(Files.readAllBytes(weights)).order(ByteOrder.LITTLE_ENDIAN)));
        } catch (IOException | JacksonException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // A checkpoint that cannot be read is told about by whoever samples it.
            return Optional.empty();
        }
    }

    private static boolean small(Path file) throws IOException {
        return Files.isRegularFile(file) && Files.size(file) <= MAX_BYTES;
    }

    private static KnownMixture mixture(ByteBuffer file) {
        long claimed = file.getLong(0);
        if (claimed < 0 || claimed > file.capacity() - Long.BYTES) {
            throw new IllegalArgumentException("the header is not whole");
        }
        int length = (int) claimed;
        byte[] text = new byte[length];
        file.get(Long.BYTES, text);
        JsonNode header = JSON.readTree(new String(text, StandardCharsets.UTF_8));
        ByteBuffer data = file.slice(Long.BYTES + length, file.capacity() - Long.BYTES - length)
                .order(ByteOrder.LITTLE_ENDIAN);
        double[] stds = numbers(header.path("stds"), data);
        double[] means = numbers(header.path("means"), data);
        double[] logShares = numbers(header.path("log_shares.weight"), data);
        int count = stds.length;
        List<Gaussian> components = new ArrayList<>();
        for (List<Double> mean : rows(means, means.length / count)) {
            components.add(new Gaussian(mean, stds[components.size()]));
        }
        return new KnownMixture(components, rows(logShares, count).stream().map(KnownMixture::normalised).toList());
    }

    private static double[] numbers(JsonNode tensor, ByteBuffer data) {
        if (!tensor.path("dtype").asString("").equals("F32")) {
            throw new IllegalArgumentException("not in float32");
        }
        int from = tensor.path("data_offsets").path(0).asInt(-1);
        int bytes = tensor.path("data_offsets").path(1).asInt(-1) - from;
        if (from < 0 || bytes <= 0 || bytes > data.capacity() - from) {
            throw new IllegalArgumentException("the file is not whole");
        }
        double[] numbers = new double[bytes / Float.BYTES];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = data.getFloat(from + Float.BYTES * i);
        }
        return numbers;
    }

    private static List<List<Double>> rows(double[] values, int width) {
        List<List<Double>> rows = new ArrayList<>();
        for (int from = 0; from < values.length; from += width) {
            List<Double> row = new ArrayList<>();
            for (int i = 0; i < width; i++) {
                row.add(values[from + i]);
            }
            rows.add(row);
        }
        return rows;
    }

    private static List<Double> normalised(List<Double> logShares) {
        List<Double> shares = logShares.stream().map(Math::exp).toList();
        double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
        return shares.stream().map(share -> share / sum).toList();
    }
}
