package dev.pathline.engine.network;

import dev.pathline.diffusion.card.Spelling;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** The networks that a checkpoint may hold, by the {@code _class_name} of their configuration. */
public enum NetworkType {
    /** The U-Net of diffusers. */
    UNET_2D(UNet2DConfigJson.CLASS_NAME, "unet", true),
    /** The diffusion transformer of diffusers. */
    DIT(DiTConfigJson.CLASS_NAME, "transformer", true),
    /** Residual blocks for samples that are no images. */
    MLP(MlpDenoiser.CLASS_NAME, "network", false),
    /** The exact posterior mean of a Gaussian mixture. */
    GAUSSIAN_MIXTURE(GaussianMixtureNet.CLASS_NAME, "network", false),
    /** A network of another program, as TorchScript. */
    TORCH_SCRIPT(TorchScriptConfig.CLASS_NAME, "network", false);

    private final String className;
    private final String folder;
    private final boolean ofDiffusers;

    NetworkType(String className, String folder, boolean ofDiffusers) {
        this.className = className;
        this.folder = folder;
        this.ofDiffusers = ofDiffusers;
    }

    /** Returns the value of {@code _class_name}. */
    public String className() {
        return className;
    }

    /** Returns the folder of its files in a checkpoint. */
    public String folder() {
        return folder;
    }

    /** Returns whether diffusers has a class of this name, which loads the checkpoint. */
    public boolean isOfDiffusers() {
        return ofDiffusers;
    }

    /**
     * Returns the keys that a configuration of this type may have: those that are read, and those of diffusers' that change
     * nothing here. A checkpoint of another program may have more, which are kept and not looked at.
     */
    public Set<String> keys() {
        return switch (this) {
            case UNET_2D -> UNet2DConfigJson.keys();
            case DIT -> DiTConfigJson.keys();
            case MLP -> MlpDenoiser.KEYS;
            case GAUSSIAN_MIXTURE, TORCH_SCRIPT -> Set.of();
        };
    }

    /** Returns the folders that a checkpoint may have, each once. */
    public static List<String> folders() {
        return Arrays.stream(values()).map(NetworkType::folder).distinct().toList();
    }

    /**
     * Returns the network that a class of diffusers is, by its name of today or before; empty if there is none of it here.
     *
     * @param className the value of {@code _class_name}
     */
    public static Optional<NetworkType> named(String className) {
        String today = className.equals(DiTConfigJson.FORMER_CLASS_NAME) ? DiTConfigJson.CLASS_NAME : className;
        return Arrays.stream(values()).filter(known -> known.className.equals(today)).findFirst();
    }

    /**
     * Returns the settings of a configuration that a network of diffusers has not, nor ours of the same name, sorted: they are
     * kept and not looked at. Empty for networks that refuse what they do not know.
     */
    public static Set<String> unknown(JsonNode json) {
        var unknown = new TreeSet<>(json.propertyNames());
        unknown.removeIf(key -> key.startsWith("_"));
        Set<String> known = known(json);
        unknown.removeIf(key -> known.isEmpty() || known.contains(key));
        return unknown;
    }

    /**
     * Refuses a configuration in which a setting is misspelt.
     *
     * @throws IllegalArgumentException if a key that is not known is nearly the name of a setting that is not there, or is the
     *         name that it had before; the message names both
     */
    public static void requireSpelled(JsonNode json) {
        List<String> absent = known(json).stream().filter(key -> !json.has(key)).toList();
        String name = json.path("_class_name").asString("");
        for (String key : unknown(json)) {
            String today = name.equals(UNet2DConfigJson.CLASS_NAME) ? UNet2DConfigJson.FORMER.get(key) : null;
            if (today != null && absent.contains(today)) {
                throw new IllegalArgumentException(key + " is the name of 2022 of " + today
                        + ", which no version reads any more: rename it");
            }
            Spelling.nearest(key, absent).ifPresent(near -> {
                throw new IllegalArgumentException(
                        key + " is no setting of " + name + "; did you mean " + near + "? Rename it, or take it out");
            });
        }
    }

    private static Set<String> known(JsonNode json) {
        return switch (named(json.path("_class_name").asString("")).orElse(null)) {
            case UNET_2D -> UNet2DConfigJson.keys();
            case DIT -> DiTConfigJson.keys();
            case MLP, GAUSSIAN_MIXTURE, TORCH_SCRIPT -> Set.of();
            case null -> Set.of();
        };
    }

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException if its class is unknown, or a setting is missing, malformed or not supported
     */
    public static NetworkConfig read(JsonNode json) {
        String name = json.path("_class_name").asString("");
        NetworkType type = named(name)
                .orElseThrow(() -> new IllegalArgumentException("_class_name is '" + name + "'; known are "
                        + Arrays.stream(values()).map(NetworkType::className).collect(Collectors.joining(", "))));
        return switch (type) {
            case UNET_2D -> UNet2DConfigJson.read(json);
            case DIT -> DiTConfigJson.read(json);
            case MLP -> MlpDenoiser.read(json);
            case GAUSSIAN_MIXTURE -> GaussianMixtureNet.read(json);
            case TORCH_SCRIPT -> TorchScriptConfig.read(json);
        };
    }
}
