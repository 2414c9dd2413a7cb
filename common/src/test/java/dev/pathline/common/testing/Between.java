package dev.pathline.common.testing;

import dev.pathline.common.port.PortUnavailableException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** Puts something between whoever uses a port and the port. */
public final class Between {

    private Between() {}

    /** What happens at a method of a port, with its name and its arguments; what it throws the caller gets. */
    @FunctionalInterface
    public interface Hook {

        /** A method is called. */
        void call(String method, Object[] arguments) throws Throwable;
    }

    /** Returns a port that calls {@code before} first, then the real one, then {@code after}. */
    public static <T> T port(Class<T> type, Object real, Hook before, Hook after) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (_, method, arguments) -> {
            Object[] given = arguments == null ? new Object[0] : arguments;
            before.call(method.getName(), given);
            try {
                return method.invoke(real, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            } finally {
                after.call(method.getName(), given);
            }
        }));
    }

    /** Returns a port that calls {@code before} first. */
    public static <T> T port(Class<T> type, Object real, Hook before) {
        return port(type, real, before, (_, _) -> {
        });
    }

    /**
     * A port that is away from one call of a method to another: the calls do not happen, or they do and their answers are lost.
     *
     * @param method which
     * @param first its call, from 1
     * @param last its call
     * @param answer whether the call happens, and its answer is lost
     * @param calls how many there were
     */
    public record Outage(String method, int first, int last, boolean answer, AtomicInteger calls) {

        /** An outage that is to come. */
        public Outage(String method, int first, int last, boolean answer) {
            this(method, first, last, answer, new AtomicInteger());
        }

        /** Returns a port that has it. */
        public <T> T of(Class<T> type, Object real) {
            return port(type, real, (name, _) -> call(name, false), (name, _) -> call(name, true));
        }

        private void call(String name, boolean after) {
            if (after != answer || !name.equals(method)) {
                return;
            }
            int count = calls.incrementAndGet();
            if (first <= count && count <= last) {
                throw new PortUnavailableException("injected", new IOException("refused"));
            }
        }
    }
}
