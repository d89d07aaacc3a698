import threading
import time

from foundation.sqlite import FairLock


def test_the_lock_is_handed_on_in_the_order_of_asking():
    lock, order = FairLock(), []
    assert lock.acquire(1)

    def wait_for_turn(number):
        assert lock.acquire(5)
        order.append(number)
        lock.release()

    threads = []
    for number in range(8):
        thread = threading.Thread(target=wait_for_turn, args=(number,))
        thread.start()
        threads.append(thread)
        while len(lock._queue) < number + 1:
            time.sleep(0.0005)
    lock.release()
    for thread in threads:
        thread.join()

    assert order == list(range(8))


def test_whoever_waited_too_long_leaves_the_queue():
    lock = FairLock()
    assert lock.acquire(1)

    assert not lock.acquire(0.01)

    lock.release()
    assert lock.acquire(0.01)
