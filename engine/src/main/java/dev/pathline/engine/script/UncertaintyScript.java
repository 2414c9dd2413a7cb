package dev.pathline.engine.script;

import dev.pathline.engine.graph.Initializer;
import dev.pathline.engine.graph.Parameter;
import java.util.List;

/**
 * The learned uncertainty {@code u} of a noise level {@code s = ln(sigma/alpha)}: a weighted mean of 33 learned numbers,
 * whose weights are bells of width 1/2 around {@code -8, -7.5, ..., 8}. It starts at 0, is constant beyond both ends, and
 * can become any smooth curve.
 *
 * <p>EDM2 (arXiv 2312.02696, appendix B.2) has random Fourier features in this place; bells stay local, so what is
 * learned of one noise level does not move another's.
 */
final class UncertaintyScript {

    private static final int BELLS = 33;

    /** The learned numbers. */
    static final Parameter PARAMETER = new Parameter("uncertainty.weight", List.of(BELLS), Initializer.ZEROS, true);

    private UncertaintyScript() {}

    /** Returns statements that compute {@code u} of shape {@code [N]} from {@code [N]} levels and the learned numbers. */
    static String statements(String levels, String numbers) {
        return """
                    bells = torch.mul(torch.sub(torch.cumsum(torch.ones_like(%2$s), 0), 17.), 0.5)
                    away = torch.sub(torch.unsqueeze(torch.clamp(%1$s, -8., 8.), -1), bells)
                    u = torch.matmul(torch.softmax(torch.mul(torch.mul(away, away), -2.), 1), %2$s)
                """.formatted(levels, numbers);
    }
}
