package dev.pathline.engine.checkpoint;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.card.ModelCardJson;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which model something was made with. Two models whose hashes agree give the same samples, whatever they are called.
 *
 * @param model its name, {@code name@version} where it has a version
 * @param weightsSha256 the SHA-256 of its weights, in hexadecimal
 * @param cardSha256 the SHA-256 of what its card says of how it is sampled: not its name, its defaults or its origin
 */
public record ModelIdentity(String model, String weightsSha256, String cardSha256) {

    private static final List<String> NOT_OF_SAMPLING = List.of("name", "version", "description", "defaults",
            "training",
            "parameters", "weightsSha256", "metrics");

    /**
     * Returns the identity of a checkpoint.
     *
     * @param model what it is called
     */
    public static ModelIdentity of(String model, Checkpoint checkpoint) {
        ModelCard card = checkpoint.card();
        return new ModelIdentity(model, card.weightsSha256().isEmpty() ? weights(checkpoint) : card.weightsSha256(),
                card(card, checkpoint));
    }

    /** Returns whether both are the same model by content. */
    public boolean sameContent(ModelIdentity other) {
        return weightsSha256.equals(other.weightsSha256) && cardSha256.equals(other.cardSha256);
    }

    private static String card(ModelCard card, Checkpoint checkpoint) {
        ObjectNode sampled = ModelCardJson.tree(card);
        sampled.remove(NOT_OF_SAMPLING);
        return Hashes.sha256((sampled + "\n" + checkpoint.config().json()).getBytes(StandardCharsets.UTF_8));
    }

    /** Of weights that come from no file: names, shapes and numbers. */
    private static String weights(Checkpoint checkpoint) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        new TreeMap<>(checkpoint.weights()).forEach((name, tensor) -> {
            digest.update((name + tensor.shape() + "\n").getBytes(StandardCharsets.UTF_8));
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor.values());
            digest.update(bytes);
        });
        return HexFormat.of().formatHex(digest.digest());
    }
}
