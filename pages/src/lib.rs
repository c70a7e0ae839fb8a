//! The allocator of the faces: what is large has pages of its own, which go back to the system as soon as it is freed.
//!
//! The allocator of the C library keeps large blocks, once some were freed, among the small ones: for the thread that freed
//! them, and with gaps where one grew. A host that hands over a message of 20 MB then pays for it three times. A block of
//! [`LARGE`] bytes or more is mapped instead, shrinks and grows by moving pages, and is unmapped when it is freed, on any
//! thread. Everything else, and every other system than Linux, is left to the system's allocator.
//!
//! ```
//! use sealwax_pages::Pages;
//!
//! #[global_allocator]
//! static ALLOCATOR: Pages = Pages;
//!
//! assert_eq!(vec![7_u8; 2 * sealwax_pages::LARGE].iter().map(|&byte| usize::from(byte)).sum::<usize>(), 14 << 20);
//! ```
#![expect(unsafe_code, reason = "an allocator")]
#![deny(clippy::undocumented_unsafe_blocks, clippy::multiple_unsafe_ops_per_block)]

use std::alloc::{GlobalAlloc, Layout, System};

/// From so many bytes on a block has pages of its own: few of these take long enough that two calls of the system are
/// nothing beside them.
pub const LARGE: usize = 1 << 20;

/// The system's allocator, but for large blocks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pages;

// SAFETY: every block is of the allocator that its layout names, which is asked in the same way whenever that layout comes.
unsafe impl GlobalAlloc for Pages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if is_large(layout) {
            return large::map(layout.size());
        }
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if is_large(layout) {
            return large::map(layout.size()); // new pages are zero
        }
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if is_large(layout) {
            // SAFETY: a block of this layout was mapped, and is the caller's to free.
            return unsafe { large::unmap(block, layout.size()) };
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Ok(next) = Layout::from_size_align(size, layout.align()) else {
            return std::ptr::null_mut();
        };
        match (is_large(layout), is_large(next)) {
            // SAFETY: the caller's promise.
            (false, false) => unsafe { System.realloc(block, layout, size) },
            // SAFETY: a block of this layout was mapped, and is the caller's to change.
            (true, true) => unsafe { large::remap(block, layout.size(), size) },
            // SAFETY: the caller's promise.
            (true, false) | (false, true) => unsafe { self.moved(block, layout, next) },
        }
    }
}

impl Pages {
    /// The block at another place, which belongs to another allocator than before.
    ///
    /// # Safety
    ///
    /// `block` is of this allocator and of `layout`, and `next` is not empty.
    unsafe fn moved(self, block: *mut u8, layout: Layout, next: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let place = unsafe { self.alloc(next) };
        if !place.is_null() {
            // SAFETY: both hold so many bytes, and one of them is new.
            unsafe { place.copy_from_nonoverlapping(block, layout.size().min(next.size())) };
            // SAFETY: the caller's promise.
            unsafe { self.dealloc(block, layout) };
        }
        place
    }
}

const fn is_large(layout: Layout) -> bool {
    large::IS_THERE && layout.size() >= LARGE && layout.align() <= LEAST_PAGE
}

/// Pages are no smaller on any processor.
const LEAST_PAGE: usize = 4096;

#[cfg(all(target_os = "linux", not(miri)))]
mod large {
    use std::ffi::c_void;
    use std::ptr;

    use rustix::mm::{MapFlags, MremapFlags, ProtFlags, mmap_anonymous, mremap, munmap};

    pub(super) const IS_THERE: bool = true;

    /// So many bytes of new pages, or null.
    pub(super) fn map(size: usize) -> *mut u8 {
        let protection = ProtFlags::READ | ProtFlags::WRITE;
        // SAFETY: the system chooses a place where nothing is.
        let mapped = unsafe { mmap_anonymous(ptr::null_mut(), size, protection, MapFlags::PRIVATE) };
        mapped.map_or(ptr::null_mut(), <*mut c_void>::cast)
    }

    /// Gives pages back.
    ///
    /// # Safety
    ///
    /// `block` was mapped with this size, and nobody uses it any more.
    pub(super) unsafe fn unmap(block: *mut u8, size: usize) {
        // SAFETY: the caller's promise. Where the system refuses, for the number of its maps, the pages stay.
        let _ = unsafe { munmap(block.cast(), size) };
    }

    /// The same pages with another size, here or elsewhere, or null. A block that the system does not shrink, for the number of
    /// its maps, stays as it is.
    ///
    /// # Safety
    ///
    /// `block` was mapped with the size `before`, and nobody uses it any more if it moves.
    pub(super) unsafe fn remap(block: *mut u8, before: usize, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise.
        let moved = unsafe { mremap(block.cast(), before, size, MremapFlags::MAYMOVE) };
        let refused = if size <= before { block } else { ptr::null_mut() };
        moved.map_or(refused, <*mut c_void>::cast)
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
mod large {
    pub(super) const IS_THERE: bool = false;

    pub(super) const fn map(_: usize) -> *mut u8 {
        std::ptr::null_mut()
    }

    pub(super) const unsafe fn unmap(_: *mut u8, _: usize) {}

    pub(super) const unsafe fn remap(_: *mut u8, _: usize, _: usize) -> *mut u8 {
        std::ptr::null_mut()
    }
}
