package dev.pathline.worker;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Puts something between a worker and a port. */
final class Between {

    private Between() {}

    /** What happens before a method of a port is called, with its name and its arguments; what it throws the caller gets. */
    @FunctionalInterface
    interface Hook {
        void call(String method, Object[] arguments) throws Throwable;
    }

    /** Returns a port that calls {@code before} first, then the real one, then {@code after}. */
    static <T> T port(Class<T> type, T real, Hook before, Hook after) {
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
    static <T> T port(Class<T> type, T real, Hook before) {
        return port(type, real, before, (_, _) -> {
        });
    }
}
