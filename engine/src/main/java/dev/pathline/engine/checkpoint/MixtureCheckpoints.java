package dev.pathline.engine.checkpoint;

import dev.pathline.diffusion.card.ModelCard;
import dev.pathline.diffusion.model.GaussianMixtureModel.Component;
import dev.pathline.diffusion.prediction.Prediction;
import dev.pathline.diffusion.prediction.Preconditioning;
import dev.pathline.diffusion.prediction.TimeInput;
import dev.pathline.engine.network.GaussianMixtureNet;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Checkpoints of {@link GaussianMixtureNet}: models that a closed form can be held against, on any schedule. */
public final class MixtureCheckpoints {

    private MixtureCheckpoints() {}

    /**
     * Makes the checkpoint of a mixture. Class {@code k} is the component {@code k} alone, the null class the whole.
     *
     * @param card predicts the data; its preconditioning and time input are replaced by those of the network. Its
     *        classes are none, or one a component and the null class.
     * @throws IllegalArgumentException if the card's shape, classes or prediction are others
     */
    public static Checkpoint of(ModelCard card, List<Component> components) {
        int count = components.size();
        int dimension = components.getFirst().mean().size();
        boolean classes = card.conditional();
        if (!card.shape().equals(List.of(dimension)) || card.prediction() != Prediction.DATA
                || (classes && (card.classes().size() != count || !card.nullClass()))) {
            throw new IllegalArgumentException("a mixture of " + count + " components of dimension " + dimension
                    + " needs a card of that shape which predicts the data, with no classes or with one a component and"
                    + " the null class");
        }
        int rows = classes ? count + 1 : 1;
        float[] shares = new float[rows * count];
        float[] means = new float[count * dimension];
        float[] stds = new float[count];
        Arrays.fill(shares, Float.NEGATIVE_INFINITY);
        for (int k = 0; k < count; k++) {
            Component component = components.get(k);
            stds[k] = (float) component.std();
            shares[(rows - 1) * count + k] = (float) StrictMath.log(component.weight());
            if (classes) {
                shares[k * count + k] = 0;
            }
            for (int i = 0; i < dimension; i++) {
                means[k * dimension + i] = component.mean().get(i).floatValue();
            }
        }
        return new Checkpoint(card.withNetworkInput(new Preconditioning.Edm(1), TimeInput.ANGLE),
                new GaussianMixtureNet(dimension, count, classes ? rows : null),
                Map.of(GaussianMixtureNet.LOG_SHARES, new TensorData(List.of(rows, count), shares),
                        GaussianMixtureNet.MEANS, new TensorData(List.of(count, dimension), means),
                        GaussianMixtureNet.STDS, new TensorData(List.of(count), stds)));
    }
}
