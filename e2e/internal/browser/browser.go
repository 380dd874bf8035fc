// Package browser drives a real Chromium the way a person does: it follows links, presses buttons and fills in fields
// by the words that stand on them. Every step waits for the page that it leads to.
package browser

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// stepWithin is the limit of one step, wide enough for a loaded machine.
const stepWithin = 30 * time.Second

// Browser is a running Chromium with a fresh profile.
type Browser struct {
	ctx    context.Context
	cancel []context.CancelFunc
	dir    string
}

// Start starts Chromium from the program at path.
func Start(ctx context.Context, path string) (*Browser, error) {
	dir, err := os.MkdirTemp("", "uppsikt-browser-")
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.UserDataDir(dir), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocator, stop := chromedp.NewExecAllocator(context.WithoutCancel(ctx), options...)
	tab, closeTab := chromedp.NewContext(allocator)
	b := &Browser{ctx: tab, cancel: []context.CancelFunc{closeTab, stop}, dir: dir}
	if err := chromedp.Do(tab); err != nil {
		b.Close()
		return nil, fmt.Errorf("start Chromium: %w", err)
	}
	return b, nil
}

// Close ends Chromium and removes its profile.
func (b *Browser) Close() {
	for _, cancel := range b.cancel {
		cancel()
	}
	_ = os.RemoveAll(b.dir) // it lies in the temporary directory
}

// Options say how a page is seen.
type Options struct {
	// NoScript turns scripts off, as some users do.
	NoScript bool
	// Width of the window; 0 means 1280.
	Width int64
}

// Page is one tab. Pages of different calls of Browser.Page share no cookies; those of Page.Tab do.
type Page struct {
	t       testing.TB
	ctx     context.Context
	options Options
}

// Page opens a tab with cookies of its own, which is closed at the end of the test.
func (b *Browser) Page(t testing.TB, o Options) *Page {
	t.Helper()
	return newPage(t, b.ctx, o, chromedp.WithNewBrowserContext())
}

// Tab opens another tab that shares the cookies of this one.
func (p *Page) Tab() *Page {
	p.t.Helper()
	return newPage(p.t, p.ctx, p.options)
}

func newPage(t testing.TB, parent context.Context, o Options, options ...chromedp.ContextOption) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, options...)
	t.Cleanup(cancel)
	p := &Page{t: t, ctx: ctx, options: o}
	if o.Width == 0 {
		p.options.Width = 1280
	}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	p.Resize(p.options.Width)
	p.Colors("light")
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: o.NoScript})
	return p
}

// Resize sets the width of the window.
func (p *Page) Resize(width int64) {
	p.t.Helper()
	call(p, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1})
}

// Colors sets the colour scheme that the user prefers: "light" or "dark".
func (p *Page) Colors(scheme string) {
	p.t.Helper()
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		// Smooth scrolling would carry what a step clicks on away from where the step has found it.
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
}

// IgnorePolicy turns the content security policy off, or on again, for the pages that are opened from now on.
func (p *Page) IgnorePolicy(ignore bool) {
	p.t.Helper()
	call(p, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: ignore})
}

// Download follows a link that leads to a file and returns its name and content.
func (p *Page) Download(text string) (name string, content []byte) {
	p.t.Helper()
	dir, events := p.t.TempDir(), true
	target := chromedp.FromContext(p.ctx)
	if _, err := chromedp.CallBrowser(p.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: dir, EventsEnabled: &events,
		BrowserContextID: target.BrowserContextID}); err != nil {
		p.t.Fatalf("allow downloads: %v", err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, stepWithin)
	defer cancel()
	done := chromedp.BrowserEvents(ctx, browser.DownloadProgress)
	p.click(link(text))
	for e, err := range done {
		if err != nil {
			p.fail("download %q: %v", text, err)
		}
		if e.State == browser.DownloadProgressStateCanceled {
			p.fail("the download of %q was broken off", text)
		}
		if e.State == browser.DownloadProgressStateCompleted {
			break
		}
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		p.fail("after downloading %q there are %d files (error %v), want 1", text, len(files), err)
	}
	content, err = os.ReadFile(filepath.Join(dir, files[0].Name()))
	if err != nil {
		p.t.Fatal(err)
	}
	return files[0].Name(), content
}
