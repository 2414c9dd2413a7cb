package dev.pathline.engine.network;

import java.util.Arrays;
import java.util.List;
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

    /** Returns the folders that a checkpoint may have, each once. */
    public static List<String> folders() {
        return Arrays.stream(values()).map(NetworkType::folder).distinct().toList();
    }

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException if its class is unknown, or a setting is missing, malformed or not supported
     */
    public static NetworkConfig read(JsonNode json) {
        String name = json.path("_class_name").asString("");
        NetworkType type = Arrays.stream(values()).filter(known -> known.className.equals(name)).findFirst()
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
