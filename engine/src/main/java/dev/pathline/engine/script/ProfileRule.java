package dev.pathline.engine.script;

import dev.pathline.engine.graph.Network;
import dev.pathline.engine.graph.Op;
import dev.pathline.engine.network.NetworkConfig;
import dev.pathline.engine.network.NetworkType;
import dev.pathline.engine.script.NumericProfile.Precision;
import dev.pathline.engine.script.ProfileChoice.Origin;
import dev.pathline.engine.torch.Torch;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the numeric profile of a network by what the device is and what the network is, and by nothing else: no clock and
 * no neighbour has a say, so that every start on such a device computes the same numbers. The figures behind it are in
 * {@code docs/benchmarks.md}.
 *
 * @param profiles what the device can compute in, the reference first
 * @param ofImages what the device computes large networks of images in
 * @param device the device in a phrase, for reasons
 */
public record ProfileRule(List<NumericProfile> profiles, NumericProfile ofImages, String device) {

    /** A row of fewer operations is no faster in another profile: what is left are the calls of operators. */
    private static final long LEAST_FLOPS = 20_000_000;

    /** Copies the list. */
    public ProfileRule {
        profiles = List.copyOf(profiles);
    }

    /** Returns the rule for a device. */
    public static ProfileRule of(Torch torch) {
        if (!torch.isGpu()) {
            return of(ProcessorFeatures.here());
        }
        boolean bfloat16 = torch.hasBfloat16Gpu();
        return new ProfileRule(NumericProfile.ofGpu(), bfloat16 ? NumericProfile.BFLOAT16 : NumericProfile.FLOAT32,
                "a GPU " + (bfloat16 ? "that multiplies" : "that does not multiply") + " bfloat16");
    }

    /** Returns the rule for a processor. */
    public static ProfileRule of(ProcessorFeatures processor) {
        List<NumericProfile> profiles = NumericProfile.ofProcessor(processor);
        if (processor.prefersBfloat16()) {
            NumericProfile best = processor.packsWeights() ? NumericProfile.BFLOAT16_PACKED : NumericProfile.BFLOAT16;
            return new ProfileRule(profiles, best, "a processor that is faster in bfloat16");
        }
        return processor.prefersPackedFloat32()
                ? new ProfileRule(profiles, NumericProfile.FLOAT32_PACKED,
                        "a processor with AVX-512 that is not faster in bfloat16")
                : new ProfileRule(profiles, NumericProfile.FLOAT32, "a processor that is not faster in bfloat16");
    }

    /** Returns how a network is computed where nobody asks for anything. */
    public ProfileChoice choose(NetworkConfig config) {
        if (config.type() == NetworkType.TORCH_SCRIPT) {
            return chosen(NumericProfile.MODULE, "a module of another program computes as it was written");
        }
        if (config.keepsFloat32()) {
            return chosen(NumericProfile.FLOAT32, "the network is exact, and keeps to float32");
        }
        if (ofImages.equals(NumericProfile.FLOAT32)) {
            return chosen(NumericProfile.FLOAT32, device);
        }
        Network network = config.build();
        if (network.values().stream().noneMatch(value -> isOfImages(value.op()))) {
            return chosen(NumericProfile.FLOAT32, "a network without convolutions and attention keeps to float32");
        }
        if (network.flops() < LEAST_FLOPS) {
            return chosen(NumericProfile.FLOAT32, "the network is too small to be faster in " + ofImages.name());
        }
        return chosen(ofImages, device);
    }

    /** Returns the profile for one precision; empty where the device does not have it. */
    public Optional<NumericProfile> inPrecision(Precision precision) {
        // Packed weights are the faster ones in bfloat16; in float32 the reference is wanted.
        List<NumericProfile> fitting = profiles.stream().filter(profile -> profile.precision() == precision).toList();
        return fitting.stream().filter(profile -> profile.packed() && precision == Precision.BFLOAT16).findFirst()
                .or(() -> fitting.stream().findFirst());
    }

    /** Returns the profiles that a network can be computed in here, the reference first. */
    public List<NumericProfile> profiles(NetworkConfig config) {
        if (config.type() == NetworkType.TORCH_SCRIPT) {
            return List.of(NumericProfile.MODULE);
        }
        return config.keepsFloat32()
                ? profiles.stream().filter(profile -> profile.atLeastFloat32().equals(profile)).toList()
                : profiles;
    }

    private static boolean isOfImages(Op op) {
        return op instanceof Op.Conv2d || op instanceof Op.Attention;
    }

    private static ProfileChoice chosen(NumericProfile profile, String reason) {
        return new ProfileChoice(profile, Origin.RULE, reason);
    }
}
