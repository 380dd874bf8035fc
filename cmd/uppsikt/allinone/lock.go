package allinone

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/uppsikt/uppsikt/internal/fault"
)

// lockFile is held by the server that uses a data directory. The system lets go of it when the process ends, however it
// ends; the file stays.
const lockFile = "server.lock"

// lockDirectory takes a data directory for one server, until the file is closed. Commands that may run beside a server do
// not ask for it.
func lockDirectory(data string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(data, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, errors.Join(fault.State("WRONG_STATE",
			"En annan server använder redan "+data+". Avsluta den först, eller ange en annan katalog med --data.",
			data+" is in use by another server"), f.Close())
	case err != nil:
		return nil, errors.Join(fmt.Errorf("lock the data directory: %w", err), f.Close())
	}
	return f, nil
}
